#include "connection/server_settings.h"

#include <gtest/gtest.h>

namespace pysshrp::connection {
namespace {

TEST(Algorithms, AreTheModernSetWhereTheFileIsSilent) {
  const auto algorithms_for = [](const char* text) {
    return algorithms_of(config::Config::parse("f", text).settings());
  };
  const ssh::Algorithms modern;
  EXPECT_EQ(algorithms_for("").public_keys, modern.public_keys);
  EXPECT_EQ(algorithms_for("[pysshrp]\npublic_key_algorithms = ssh-ed25519\n").public_keys, "ssh-ed25519");
  EXPECT_EQ(algorithms_for("[pysshrp]\npublic_key_algorithms = ssh-ed25519\n").host_keys, modern.host_keys);
  EXPECT_EQ(algorithms_for("[pysshrp]\nmacs = +hmac-sha1, hmac-sha1-etm@openssh.com\n").macs,
            modern.macs + ",hmac-sha1,hmac-sha1-etm@openssh.com");
  EXPECT_TRUE(ssh::check_algorithms(ssh::AlgorithmKind::public_key, modern.public_keys));
}

}  // namespace
}  // namespace pysshrp::connection
