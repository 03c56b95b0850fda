#include "ssh/algorithms.h"

#include <gtest/gtest.h>

namespace pysshrp::ssh {
namespace {

Algorithms with(const char* public_keys) {
  Algorithms algorithms;
  algorithms.public_keys = public_keys;
  return algorithms;
}

// libssh compares the signature of a certified key with the list by its plain name.
TEST(PublicKeys, OfCertificatesHaveTheNamesOfTheirSignatures) {
  const std::pair<const char*, const char*> rows[] = {
      {"ssh-ed25519", "ssh-ed25519"},
      {"ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519-cert-v01@openssh.com,ssh-ed25519"},
      {"rsa-sha2-512-cert-v01@openssh.com,ssh-ed25519", "rsa-sha2-512-cert-v01@openssh.com,ssh-ed25519,rsa-sha2-512"},
      {"sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com,sk-ssh-ed25519@openssh.com"}};
  for (const auto& [names, told] : rows) EXPECT_EQ(with(names).public_keys_and_signatures(), told);
}

TEST(PublicKeys, AreTakenByTheListItself) {
  EXPECT_TRUE(with("rsa-sha2-512-cert-v01@openssh.com").takes_key("ssh-rsa-cert-v01@openssh.com"));
  EXPECT_FALSE(with("rsa-sha2-512-cert-v01@openssh.com").takes_key("ssh-rsa"));
  EXPECT_FALSE(with("ssh-ed25519-cert-v01@openssh.com").takes_key("ssh-ed25519"));
}

}  // namespace
}  // namespace pysshrp::ssh
