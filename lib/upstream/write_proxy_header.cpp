#include "upstream/write_proxy_header.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace pysshrp::upstream {
namespace {

using namespace std::string_view_literals;

bool both_v4(const Endpoint& one, const Endpoint& other) noexcept {
  return one.address->is_v4() && other.address->is_v4();
}

/// Not Address::text(), which unwraps what is mapped.
std::string v6_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, address.as_v6().data(), text.data(), text.size());
  return text.data();
}

std::string line(const Endpoint& client, const Endpoint& upstream) {
  const bool v4 = both_v4(client, upstream);
  const auto text = [v4](const Address& address) { return v4 ? address.text() : v6_text(address); };
  return (v4 ? "PROXY TCP4 " : "PROXY TCP6 ") + text(*client.address) + ' ' + text(*upstream.address) + ' ' +
         std::to_string(client.port) + ' ' + std::to_string(upstream.port) + "\r\n";
}

std::string binary(const Endpoint& client, const Endpoint& upstream) {
  const bool v4 = both_v4(client, upstream);
  ByteWriter body;
  for (const Endpoint* end : {&client, &upstream}) {
    const auto bytes = end->address->as_v6();
    body.raw(std::string{bytes.begin() + (v4 ? 12 : 0), bytes.end()});
  }
  body.u16(client.port).u16(upstream.port);
  return ByteWriter{}
      .raw(v4 ? "\x21\x11" : "\x21\x21")
      .u16(static_cast<std::uint16_t>(body.size()))
      .raw(body.view())
      .release();
}

}  // namespace

std::string write_proxy_header(route::ProxyProtocol version, const Endpoint& client, const Endpoint& upstream) {
  constexpr auto kSignature = "\r\n\r\n\0\r\nQUIT\n"sv, kLocal = "\x20\0\0\0"sv;
  const bool known = client.address && upstream.address;
  switch (version) {
    case route::ProxyProtocol::off:
      break;
    case route::ProxyProtocol::v1:
      return known ? line(client, upstream) : "PROXY UNKNOWN\r\n";
    case route::ProxyProtocol::v2:
      return std::string{kSignature} + (known ? binary(client, upstream) : std::string{kLocal});
  }
  return {};
}

}  // namespace pysshrp::upstream
