// What is said to an upstream is what a handler understands: one proxy may stand behind another.
#include <gtest/gtest.h>

#include "peer/proxy_header.h"
#include "upstream/write_proxy_header.h"

namespace pysshrp {
namespace {

Endpoint end(const char* address, std::uint16_t port) {
  return {Address::parse(address), port};
}

TEST(ProxyProtocol, IsUnderstoodAsItIsSaid) {
  for (const auto version : {route::ProxyProtocol::v1, route::ProxyProtocol::v2}) {
    for (const Endpoint& client : {end("192.0.2.1", 1), end("2001:db8::1", 65535), end("255.255.255.255", 40000)}) {
      for (const Endpoint& upstream : {end("198.51.100.2", 22), end("ffff::1", 65535)}) {
        const auto parsed = peer::parse_header(upstream::write_proxy_header(version, client, upstream));
        const auto* const peer = std::get_if<peer::Peer>(&parsed);
        ASSERT_NE(peer, nullptr);
        EXPECT_EQ(peer->address, client.address);
        EXPECT_EQ(peer->port, client.port);
      }
    }
    const auto unknown = peer::parse_header(upstream::write_proxy_header(version, {}, end("::1", 22)));
    EXPECT_TRUE(std::holds_alternative<peer::LocalCommand>(unknown));
  }
}

}  // namespace
}  // namespace pysshrp
