#include "upstream/write_proxy_header.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::upstream {
namespace {

using namespace std::string_literals;
using route::ProxyProtocol;

Endpoint end(const char* address, std::uint16_t port) {
  return {Address::parse(address), port};
}

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;
const Endpoint kFour = end("192.0.2.1", 40000), kSix = end("2001:db8::1", 40000), kUnix;
const Endpoint kUpstreamFour = end("198.51.100.2", 22), kUpstreamSix = end("::1", 2222);
const std::string kMapped = std::string(10, '\0') + "\xff\xff";

TEST(Announcement, IsNothingWhenOff) {
  EXPECT_EQ(write_proxy_header(ProxyProtocol::off, kFour, kUpstreamFour), "");
}

TEST(Announcement, OfVersion1IsALine) {
  const auto line = [](const Endpoint& client, const Endpoint& upstream) {
    return write_proxy_header(ProxyProtocol::v1, client, upstream);
  };
  EXPECT_EQ(line(kFour, kUpstreamFour), "PROXY TCP4 192.0.2.1 198.51.100.2 40000 22\r\n");
  EXPECT_EQ(line(kSix, kUpstreamSix), "PROXY TCP6 2001:db8::1 ::1 40000 2222\r\n");
  EXPECT_EQ(line(kFour, kUpstreamSix), "PROXY TCP6 ::ffff:192.0.2.1 ::1 40000 2222\r\n");
  EXPECT_EQ(line(kSix, kUpstreamFour), "PROXY TCP6 2001:db8::1 ::ffff:198.51.100.2 40000 22\r\n");
  EXPECT_EQ(line(kUnix, kUpstreamFour), "PROXY UNKNOWN\r\n");
}

TEST(Announcement, OfVersion2IsBinary) {
  const auto header = [](const Endpoint& client, const Endpoint& upstream) {
    return write_proxy_header(ProxyProtocol::v2, client, upstream);
  };
  const std::string six = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + '\x01', one = std::string(15, '\0') + '\x01';
  EXPECT_EQ(header(kFour, kUpstreamFour),
            kSignature + "\x21\x11\x00\x0c\xc0\x00\x02\x01\xc6\x33\x64\x02\x9c\x40\x00\x16"s);
  EXPECT_EQ(header(kSix, kUpstreamSix), kSignature + "\x21\x21\x00\x24"s + six + one + "\x9c\x40\x08\xae"s);
  EXPECT_EQ(header(kFour, kUpstreamSix),
            kSignature + "\x21\x21\x00\x24"s + kMapped + "\xc0\x00\x02\x01"s + one + "\x9c\x40\x08\xae"s);
  EXPECT_EQ(header(kUnix, kUpstreamFour), kSignature + "\x20\x00\x00\x00"s);
}

}  // namespace
}  // namespace pysshrp::upstream
