#include "peer/proxy_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace pysshrp::peer {
namespace {

using namespace std::string_view_literals;

constexpr auto kV1 = "PROXY "sv, kV2 = "\r\n\r\n\0\r\nQUIT\n"sv;
static_assert(kV2.size() == kSignature);  // every header is longer: `PROXY UNKNOWN` has 15 bytes
constexpr std::size_t kV1Most = 107;
constexpr std::size_t kV2Fixed = 16, kV2MostAddresses = kLongestHeader - kV2Fixed;

bool may_become(std::string_view so_far, std::string_view signature) noexcept {
  const std::size_t n = std::min(so_far.size(), signature.size());
  return so_far.substr(0, n) == signature.substr(0, n);
}

Error malformed(std::string_view what) {
  return {"malformed PROXY protocol header: " + std::string{what}};
}

/// Decimal, without leading zeros.
std::optional<std::uint16_t> read_port(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end || (text.size() > 1 && text.front() == '0')) return {};
  return port;
}

std::optional<Address> read_address(std::string_view text, bool v6) {
  if ((text.find(':') != text.npos) != v6) return {};
  return Address::parse(text);
}

/// `TCP4 192.0.2.1 198.51.100.1 40000 22` or `UNKNOWN` and anything.
ParsedHeader parse_line(std::string_view line) {
  std::array<std::string_view, 6> words;
  std::size_t n = 0;
  for (bool more = true; more && n < words.size(); ++n) {
    const auto space = line.find(' ');
    words[n] = line.substr(0, space);
    more = space != line.npos;
    if (more) line.remove_prefix(space + 1);
  }
  const auto& [protocol, source, destination, source_port, destination_port, rest] = words;
  if (protocol == "UNKNOWN") return LocalCommand{};
  const bool v6 = protocol == "TCP6";
  if (!v6 && protocol != "TCP4") return malformed("its protocol is none of TCP4, TCP6 and UNKNOWN");
  if (n != 5) return malformed("it has not two addresses and two ports");
  const auto from = read_address(source, v6), to = read_address(destination, v6);
  if (!from || !to) return malformed("an address is none of " + std::string{protocol});
  const auto port = read_port(source_port);
  if (!port || !read_port(destination_port)) return malformed("a port is none");
  return Peer{from, *port};
}

ParsedHeader parse_v1(std::string_view so_far) {
  const auto cr = so_far.find('\r');
  if (so_far.find('\n') < cr) return malformed("its line ends without CR");
  if (cr != so_far.npos && cr + 1 < so_far.size()) {
    if (so_far[cr + 1] != '\n') return malformed("its line ends without LF");
    return parse_line(so_far.substr(kV1.size(), cr - kV1.size()));
  }
  if (so_far.size() >= kV1Most) return malformed("its line is longer than 107 bytes");
  return NeedMore{so_far.size() < kSignature ? kSignature - so_far.size() : 1};
}

/// The least number of bytes that the addresses of this family take. Known before they have arrived.
Result<std::size_t> size_of_addresses(unsigned family_and_protocol) {
  switch (family_and_protocol) {
    case 0x11:
      return std::size_t{12};
    case 0x21:
      return std::size_t{36};
    default:
      return malformed("it names no TCP client (family and protocol " + std::to_string(family_and_protocol >> 4) + '/' +
                       std::to_string(family_and_protocol & 0xf) + ')');
  }
}

ParsedHeader parse_v2(std::string_view so_far) {
  if (so_far.size() < kSignature) return NeedMore{kSignature - so_far.size()};
  if (so_far.size() < kV2Fixed) return NeedMore{kV2Fixed - so_far.size()};
  const auto version_and_command = static_cast<unsigned char>(so_far[12]);
  const auto family_and_protocol = static_cast<unsigned char>(so_far[13]);
  const std::size_t length = ByteReader{so_far.substr(14)}.u16();
  const bool local = version_and_command == 0x20;
  if (!local && version_and_command != 0x21) return malformed("its version or its command is not known");
  if (length > kV2MostAddresses) return malformed("it is longer than 552 bytes");
  if (!local) {
    const auto least = size_of_addresses(family_and_protocol);
    if (!least) return least.error();
    if (length < *least) return malformed("it is too short for its addresses");
  }
  if (so_far.size() < kV2Fixed + length) return NeedMore{kV2Fixed + length - so_far.size()};
  if (local) return LocalCommand{};
  // Source address, destination address, source port, destination port; then TLVs, which are ignored.
  ByteReader reader{so_far.substr(kV2Fixed)};
  if (family_and_protocol == 0x21) {
    std::array<std::uint8_t, 16> source{};
    std::ranges::copy(reader.raw(source.size()), source.begin());
    reader.raw(source.size());
    return Peer{Address::v6(source), reader.u16()};
  }
  const std::uint32_t source = reader.u32();
  reader.u32();
  return Peer{Address::v4(source), reader.u16()};
}

}  // namespace

bool begins_header(std::string_view bytes) noexcept {
  return bytes.starts_with(kV1) || bytes.starts_with(kV2);
}

ParsedHeader parse_header(std::string_view so_far) {
  if (may_become(so_far, kV2)) return parse_v2(so_far);
  if (may_become(so_far, kV1)) return parse_v1(so_far);
  return Error{"no PROXY protocol header, which proxy_protocol says this address sends"};
}

}  // namespace pysshrp::peer
