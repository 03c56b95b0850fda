#include <gtest/gtest.h>

#include <string>

#include "config/config.h"
#include "texts.h"

namespace pysshrp::config {
namespace {

/// What is wrong with a server of these lines, the first of which is line 4.
Lines faults(const std::string& lines) {
  return check(Config::parse("f", "[server a]\nuser = a\nupstream_host = h\n" + lines));
}

const std::string kPassword = "password = x\n", kKeys = "authorized_keys = /keys\n",
                  kTheirKeys = "upstream_authorized_keys = keys\n", kTheirPassword = "upstream_password = y\n",
                  kKey = "upstream_key = /key\n", kCertificate = "upstream_certificate = /key-cert.pub\n",
                  kAuthorities = "trusted_user_ca_keys = /authorities\n",
                  kPrincipals = "authorized_principals = a, b\n", kAgent = "upstream_agent = yes\n",
                  kNoAgent = "upstream_agent = no\n", kCaKey = "upstream_ca_key = /ca\n";

TEST(Login, who_proves_what_to_whom_may_be_said_so) {
  for (const auto& lines : {std::string{},
                            kKeys,
                            kKeys + kPassword,
                            kKeys + kNoAgent,
                            kPassword,
                            kPassword + kTheirPassword,
                            kPassword + kKey,
                            kPassword + kAgent,
                            kPassword + kTheirPassword + kKey,
                            kKeys + kTheirPassword,
                            kKeys + kKey,
                            kKeys + kKey + kCertificate,
                            kKeys + kAgent,
                            kKeys + kPassword + kTheirPassword,
                            kAuthorities,
                            kAuthorities + kPrincipals,
                            kAuthorities + kTheirPassword,
                            kAuthorities + kKeys + kKey,
                            kAuthorities + kAgent,
                            kKey,
                            kKey + kTheirKeys,
                            kKey + kCertificate,
                            kKey + kTheirPassword,
                            kAgent,
                            kNoAgent,
                            kCaKey + kPassword,
                            kCaKey + kKeys + kTheirPassword,
                            kCaKey + kAuthorities +
                                "upstream_principals = a, b\nupstream_certificate_command = none\n"
                                "upstream_certificate_source_address = yes\n",
                            kNoAgent + kKey,
                            kNoAgent + kPassword + kTheirPassword})
    EXPECT_EQ(faults(lines), Lines{}) << lines;
}

TEST(Login, a_stored_password_needs_something_to_check_the_client_with) {
  const std::string what =
      "[server a] upstream_password: would let anybody in: a server that stores it needs 'password', "
      "'authorized_keys' or 'trusted_user_ca_keys' to check the client with";
  EXPECT_EQ(faults(kTheirPassword), (Lines{"f:4: " + what}));
  EXPECT_EQ(check(Config::parse("f", "[defaults]\nupstream_password = x\n[server a]\nuser = a\nupstream_host = h\n")),
            (Lines{"f:3: " + what}));
  EXPECT_EQ(check(Config::parse(
                "f", "[defaults]\npassword = y\n[server a]\nuser = a\nupstream_host = h\nupstream_password = x\n")),
            Lines{});
}

TEST(Login, what_needs_a_private_key_is_nothing_without) {
  EXPECT_EQ(faults(kCertificate),
            (Lines{"f:4: [server a] upstream_certificate: needs the 'upstream_key' that it is for"}));
  EXPECT_EQ(faults(kTheirKeys),
            (Lines{"f:4: [server a] upstream_authorized_keys: needs an 'upstream_key' to be read with"}));
}

TEST(Login, an_authority_needs_something_to_check_the_client_with) {
  const std::string what = "f:4: [server a] upstream_ca_key: ";
  EXPECT_EQ(faults(kCaKey), (Lines{what + "would let anybody in: a server that has it needs 'password', "
                                          "'authorized_keys' or 'trusted_user_ca_keys' to check the client with"}));
  EXPECT_EQ(faults(kCaKey + kKeys + kKey), Lines{what + "stands beside 'upstream_key': which of the two?"});
  EXPECT_EQ(faults(kCaKey + kKeys + kAgent),
            Lines{"f:6: [server a] upstream_agent: stands beside 'upstream_ca_key': which of the two?"});
  EXPECT_EQ(faults(kCaKey + kPassword + kTheirKeys),
            Lines{"f:6: [server a] upstream_authorized_keys: needs an 'upstream_key' to be read with"});
}

TEST(Login, what_is_certified_needs_who_certifies) {
  for (const std::string key :
       {"upstream_principals = a", "upstream_certificate_command = none", "upstream_certificate_source_address = yes"})
    EXPECT_EQ(faults(kPassword + key + '\n'), Lines{"f:5: [server a] " + key.substr(0, key.find(' ')) +
                                                    ": needs the 'upstream_ca_key' that certifies"});
}

TEST(Login, principals_are_those_of_an_authority) {
  for (const auto& lines : {kPrincipals, kPrincipals + kKeys})
    EXPECT_EQ(faults(lines), (Lines{"f:4: [server a] authorized_principals: needs the 'trusted_user_ca_keys' that "
                                    "certify them"}));
}

TEST(Login, keys_are_revoked_where_they_count) {
  const std::string revoked = "revoked_keys = /krl\n";
  for (const auto& lines : {revoked + kKeys, revoked + kAuthorities}) EXPECT_EQ(faults(lines), Lines{}) << lines;
  for (const auto& lines : {revoked, revoked + kPassword, revoked + kKey, revoked + kAgent})
    EXPECT_EQ(faults(lines), (Lines{"f:4: [server a] revoked_keys: needs the 'authorized_keys' or "
                                    "'trusted_user_ca_keys' that it takes something from; what counts on the upstream "
                                    "is revoked there"}))
        << lines;
}

TEST(Login, of_two_that_exclude_each_other_one_has_to_go) {
  EXPECT_EQ(faults(kKey + kKeys + kTheirKeys),
            (Lines{"f:6: [server a] upstream_authorized_keys: stands beside 'authorized_keys': which of the two?"}));
  EXPECT_EQ(faults(kKey + kAuthorities + kTheirKeys),
            (Lines{"f:6: [server a] upstream_authorized_keys: stands beside 'trusted_user_ca_keys': which of the two? "
                   "A line with cert-authority there names one, too"}));
  EXPECT_EQ(faults(kAgent + kKey),
            (Lines{"f:4: [server a] upstream_agent: stands beside 'upstream_key': which of the two?"}));
  EXPECT_EQ(faults(kPassword + kTheirPassword + "upstream_agent = ON\n"),
            (Lines{"f:6: [server a] upstream_agent: stands beside 'upstream_password': which of the two?"}));
  EXPECT_EQ(check(Config::parse(
                "f", "[defaults]\nupstream_key = /key\n[server a]\nuser = a\nupstream_host = h\nupstream_agent = 1\n")),
            (Lines{"f:6: [server a] upstream_agent: stands beside 'upstream_key': which of the two?"}));
}

}  // namespace
}  // namespace pysshrp::config
