#include "upstream/algorithms.h"

#include <gtest/gtest.h>

namespace pysshrp::upstream {
namespace {

TEST(AlgorithmsOfAnUpstream, AreThoseOfTheClientsButForWhatTheRouteSays) {
  ssh::Algorithms clients;
  clients.ciphers = "aes256-ctr";
  clients.public_keys = "ssh-ed25519";
  route::Route route;
  auto algorithms = algorithms_of(route, clients);
  EXPECT_EQ(algorithms.kex, clients.kex);
  EXPECT_EQ(algorithms.ciphers, "aes256-ctr");
  EXPECT_EQ(algorithms.rsa_min_bits, 2048U);
  EXPECT_TRUE(algorithms.public_keys.ends_with(ssh::Algorithms{}.public_keys)) << "not what clients log in with";

  route.upstream_kex_algorithms = "+diffie-hellman-group1-sha1";
  route.upstream_ciphers = "aes128-cbc";
  route.upstream_rsa_min_bits = 1024;
  algorithms = algorithms_of(route, clients);
  EXPECT_EQ(algorithms.kex, clients.kex + ",diffie-hellman-group1-sha1");
  EXPECT_EQ(algorithms.ciphers, "aes128-cbc");
  EXPECT_EQ(algorithms.rsa_min_bits, 1024U);
}

TEST(AlgorithmsOfAnUpstream, HaveNoSha1ByDefault) {
  const auto algorithms = algorithms_of(route::Route{}, ssh::Algorithms{});
  for (const auto& names :
       {algorithms.kex, algorithms.ciphers, algorithms.macs, algorithms.host_keys, algorithms.public_keys}) {
    EXPECT_EQ(names.find("sha1"), names.npos) << names;
    EXPECT_EQ((',' + names).find(",ssh-rsa"), names.npos) << names;
    EXPECT_EQ(names.find("cbc"), names.npos) << names;
  }
}

TEST(KeyExchange, ThatFailsSaysWhichKeyCanHelp) {
  const route::Route route;
  const auto explained = [&](std::string_view error) { return explain_key_exchange(error, route); };
  EXPECT_EQ(explained("kex error : no match for method mac algo client->server: server [a], client [b]"),
            "key exchange failed: kex error : no match for method mac algo client->server: server [a], client [b]; "
            "upstream_macs of the server can add one that the upstream has");
  EXPECT_EQ(explained("The 'ssh-rsa' key of size 1024 is not allowed by RSA_MIN_SIZE"),
            "key exchange failed: the size of its RSA host key, 1024 bits, is below upstream_rsa_min_bits (2048): give "
            "it a larger one or one of another type, or lower that number for this server");
  EXPECT_EQ(explained("Socket error: disconnected"),
            "key exchange failed: Socket error: disconnected (no SSH server, or no algorithm in common?)");
}

}  // namespace
}  // namespace pysshrp::upstream
