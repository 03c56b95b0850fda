#include "ssh/openssl.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>

namespace pysshrp::ssh {
namespace {

// As Debian 12 installs it, shortened.
constexpr std::string_view kStock = R"(
# OpenSSL example configuration file.
#.include filename
HOME			= .
 # Use this in order to automatically load providers.
openssl_conf = openssl_init
config_diagnostics = 1
oid_section = new_oids

[ new_oids ]
tsa_policy1 = 1.2.3.4.1

[openssl_init]
# providers = provider_sect
# [default_sect]
# activate = 1
[ ca ]
default_ca	= CA_default		# The default ca section
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text{kStock};
  return text.replace(text.find(from), from.size(), to);
}

TEST(OpensslCnf, StockSetsNothing) {
  EXPECT_FALSE(sets_anything(kStock));
  EXPECT_FALSE(sets_anything(""));
  EXPECT_FALSE(sets_anything("[openssl_init]\nproviders = x\n"));  // nobody is led there
}

TEST(OpensslCnf, AnyEntryOfTheSectionSetsSomething) {
  EXPECT_TRUE(sets_anything(with("# providers = ", "providers = ")));
  EXPECT_TRUE(sets_anything(with("# providers = ", "ssl_conf = ")));
  EXPECT_TRUE(sets_anything(with("[ ca ]", "[ openssl_init ]")));  // a section may come twice
  EXPECT_TRUE(sets_anything("openssl_conf=a\n[a]\nalg_section = evp\n"));
  EXPECT_TRUE(sets_anything("[a]\nalg_section = evp\n[default]\r\nopenssl_conf = a"));
  EXPECT_TRUE(sets_anything("openssl_conf = default\n"));
}

TEST(OpensslCnf, WhatIsNotPlainMaySetSomething) {
  EXPECT_TRUE(sets_anything(with("#.include", ".include")));
  EXPECT_TRUE(sets_anything(with("= openssl_init", "= ${new_oids::name}")));
  EXPECT_TRUE(sets_anything(with("= openssl_init", "= \"openssl_init\"")));
  EXPECT_TRUE(sets_anything(with("HOME			= .", "HOME = \\\n[elsewhere]")));
  EXPECT_TRUE(sets_anything(with("default_ca", "openssl_init::providers")));
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
int judged(bool right) {
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
  EXPECT_EQ(judged(true), 1);
  EXPECT_LT(judged(false), 0);
}

}  // namespace
}  // namespace pysshrp::ssh
