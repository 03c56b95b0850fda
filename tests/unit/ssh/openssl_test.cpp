#include "ssh/openssl.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

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

}  // namespace
}  // namespace pysshrp::ssh
