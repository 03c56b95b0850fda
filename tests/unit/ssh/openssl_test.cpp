#include "ssh/openssl.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

namespace pysshrp::ssh {
namespace {

// What an administrator has set for all programs holds here. (In a process of its own: OpenSSL starts once.)
TEST(PrepareOpenssl, FollowsTheSystemsConfiguration) {
  const std::string file = testing::TempDir() + "openssl.cnf";
  std::ofstream{file} << "openssl_conf = a\n[a]\nalg_section = b\n[b]\ndefault_properties = fips=yes\n";
  const auto finds_md5 = [&] {
    ::setenv("OPENSSL_CONF", file.c_str(), 1);
    prepare_openssl();
    const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> md5{EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_free};
    std::_Exit(md5 ? 1 : 0);
  };
  EXPECT_EXIT(finds_md5(), testing::ExitedWithCode(0), "");
}

// What the program asks OpenSSL for is found without its names of old.
TEST(PrepareOpenssl, LeavesTheAlgorithmsThere) {
  prepare_openssl();
  for (const char* name : {"AES-128-GCM", "AES-256-GCM", "AES-256-CTR", "ChaCha20"}) {
    EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
    EXPECT_NE(cipher, nullptr) << name;
    EVP_CIPHER_free(cipher);
  }
}

/// What libssh is told of a packet whose tag is right or not, by the function of the name that it asks for.
int verified(bool right) {
  using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
  const std::array<unsigned char, 32> key{}, iv{}, plain{1, 2, 3};
  std::array<unsigned char, 32> sealed{}, opened{}, tag{};
  int length = 0;
  const Context in{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free}, out{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
  EVP_EncryptInit_ex(in.get(), EVP_aes_256_gcm(), nullptr, key.data(), iv.data());
  EVP_EncryptUpdate(in.get(), sealed.data(), &length, plain.data(), plain.size());
  EVP_EncryptFinal_ex(in.get(), nullptr, &length);
  EVP_CIPHER_CTX_ctrl(in.get(), EVP_CTRL_GCM_GET_TAG, 16, tag.data());
  if (!right) tag[0] ^= 1;
  EVP_DecryptInit_ex(out.get(), EVP_aes_256_gcm(), nullptr, key.data(), iv.data());
  EVP_CIPHER_CTX_ctrl(out.get(), EVP_CTRL_GCM_SET_TAG, 16, tag.data());
  EVP_DecryptUpdate(out.get(), opened.data(), &length, sealed.data(), sealed.size());
  const auto found = reinterpret_cast<decltype(&EVP_DecryptFinal)>(::dlsym(RTLD_DEFAULT, "EVP_DecryptFinal"));
  return found(out.get(), nullptr, &length);
}

// libssh before the fix of CVE-2026-59847 refuses what is below 0, and no more.
TEST(DecryptFinal, SaysInEveryLibsshsWordsThatATagIsWrong) {
  prepare_openssl();
  EXPECT_EQ(verified(true), 1);
  EXPECT_LT(verified(false), 0);
}

}  // namespace
}  // namespace pysshrp::ssh
