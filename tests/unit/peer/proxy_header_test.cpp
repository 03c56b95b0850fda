#include "peer/proxy_header.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "base/fd.h"

namespace pysshrp::peer {
namespace {

using namespace std::string_literals;

const std::string kSignature2 = "\r\n\r\n\0\r\nQUIT\n"s;

/// A header of version 2 that declares the length of `body`.
std::string v2(unsigned char command, unsigned char family, const std::string& body) {
  return kSignature2 + static_cast<char>(command) + static_cast<char>(family) + static_cast<char>(body.size() >> 8) +
         static_cast<char>(body.size() & 0xff) + body;
}

const std::string kFour = "\xc0\x00\x02\x01\xc6\x33\x64\x02\x9c\x40\x00\x16"s;  // 192.0.2.1:40000, 198.51.100.2:22
const std::string kSix =
    "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01" + std::string(15, '\0') + "\x01" + "\x9c\x40\x00\x16"s;
const std::string kMapped = std::string(10, '\0') + "\xff\xff\xc0\x00\x02\x01"s + std::string(10, '\0') +
                            "\xff\xff\xc6\x33\x64\x02"s + "\x9c\x40\x00\x16"s;
const std::string kTlv = "\x04\x00\x03xyz"s;

std::string words(const Peer& peer) {
  return peer.address->text() + ' ' + std::to_string(peer.port);
}

std::string words(const ParsedHeader& parsed) {
  if (const auto* peer = std::get_if<Peer>(&parsed)) return words(*peer);
  if (const auto* error = std::get_if<Error>(&parsed)) return error->what;
  if (const auto* more = std::get_if<NeedMore>(&parsed)) return "more " + std::to_string(more->bytes);
  return "own check";
}

/// What is parsed of `bytes` that come `step` at a time; what was not read is in `left`.
std::string parse_in_steps(const std::string& bytes, std::size_t step, std::string& left) {
  std::string so_far;
  for (;;) {
    const auto parsed = parse_header(so_far);
    const auto* const more = std::get_if<NeedMore>(&parsed);
    left = bytes.substr(so_far.size());
    if (!more || left.empty()) return words(parsed);
    EXPECT_GT(more->bytes, 0u);
    so_far += left.substr(0, std::min(step, more->bytes));
  }
}

struct Row {
  std::string bytes, parsed;
};

void accepts(const Row& row) {
  for (const std::string& after : {""s, "SSH-2.0-client\r\n"s, "\r\n"s, row.bytes}) {
    for (const std::size_t step : {1u, 2u, 7u, 1000u}) {
      std::string left;
      EXPECT_EQ(parse_in_steps(row.bytes + after, step, left), row.parsed) << testing::PrintToString(row.bytes);
      EXPECT_EQ(left, after) << testing::PrintToString(row.bytes);
    }
  }
}

/// For the reason that `row` has the words of.
void refuses(const Row& row) {
  for (const std::size_t step : {1u, 2u, 7u, 1000u}) {
    std::string left;
    const std::string parsed = parse_in_steps(row.bytes, step, left);
    EXPECT_NE(parsed.find(row.parsed), std::string::npos) << testing::PrintToString(row.bytes) << ": " << parsed;
  }
}

TEST(ProxyHeader, NamesTheClient) {
  const std::string least_room = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  for (const Row& row : {
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 22\r\n", "192.0.2.1 40000"},
           Row{"PROXY TCP4 1.1.1.1 2.2.2.2 1 1\r\n", "1.1.1.1 1"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 0 65535\r\n", "192.0.2.1 0"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 65535 0\r\n", "192.0.2.1 65535"},
           Row{"PROXY TCP6 2001:db8::1 ::1 40000 22\r\n", "2001:db8::1 40000"},
           Row{"PROXY TCP6 2001:DB8:0:0:0:0:0:1 ::1 40000 22\r\n", "2001:db8::1 40000"},
           Row{"PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.2 40000 22\r\n", "192.0.2.1 40000"},
           Row{"PROXY TCP6 " + least_room + ' ' + least_room + " 65535 65535\r\n", least_room + " 65535"},
           Row{v2(0x21, 0x11, kFour), "192.0.2.1 40000"},
           Row{v2(0x21, 0x11, kFour + kTlv), "192.0.2.1 40000"},
           Row{v2(0x21, 0x11, kFour + std::string(536 - kFour.size(), 'x')), "192.0.2.1 40000"},
           Row{v2(0x21, 0x21, kSix), "2001:db8::1 40000"},
           Row{v2(0x21, 0x21, kSix + kTlv), "2001:db8::1 40000"},
           Row{v2(0x21, 0x21, kMapped), "192.0.2.1 40000"},
           Row{v2(0x21, 0x11, kFour.substr(0, 8) + "\0\0\0\0"s), "192.0.2.1 0"},
       })
    accepts(row);
}

TEST(ProxyHeader, MayBeALocalCommand) {
  for (const Row& row : {
           Row{"PROXY UNKNOWN\r\n", "own check"},
           Row{"PROXY UNKNOWN ffff:f...f ffff:f...f 65535 65535\r\n", "own check"},
           Row{"PROXY UNKNOWN " + std::string(91, 'x') + "\r\n", "own check"},
           Row{v2(0x20, 0x00, ""), "own check"},
           Row{v2(0x20, 0x11, kFour), "own check"},
           Row{v2(0x20, 0xff, "anything"), "own check"},
           Row{v2(0x20, 0x00, std::string(536, 'x')), "own check"},
       })
    accepts(row);
}

TEST(ProxyHeader, OfVersion1IsStrict) {
  for (const Row& row : {
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 65536\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 65536 22\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 040000 22\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 00\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 -1 22\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 +1 22\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 0x1 22\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 \r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 99999999999999999999 22\r\n", "a port"},
           Row{"PROXY TCP4 192.0.2.01 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 192.0.2 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 192.0.2.256 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 0x7f.0.0.1 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 192.0.2.1\0 198.51.100.2 40000 22\r\n"s, "an address"},
           Row{"PROXY TCP4 2001:db8::1 ::1 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 ::ffff:192.0.2.1 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 192.0.2.1 ::1 40000 22\r\n", "an address"},
           Row{"PROXY TCP6 192.0.2.1 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP6 fe80::1%eth0 ::1 40000 22\r\n", "an address"},
           Row{"PROXY TCP6 fe80::1%1 ::1 40000 22\r\n", "an address"},
           Row{"PROXY TCP6 [2001:db8::1] ::1 40000 22\r\n", "an address"},
           Row{"PROXY TCP6 2001:db8:::1 ::1 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 host.lan 198.51.100.2 40000 22\r\n", "an address"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000\r\n", "two addresses and two ports"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 22 \r\n", "two addresses and two ports"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 22 garbage\r\n", "two addresses and two ports"},
           Row{"PROXY TCP4  192.0.2.1 198.51.100.2 40000 22\r\n", "two addresses and two ports"},
           Row{"PROXY TCP4\r\n", "two addresses and two ports"},
           Row{"PROXY TCP5 192.0.2.1 198.51.100.2 40000 22\r\n", "its protocol"},
           Row{"PROXY tcp4 192.0.2.1 198.51.100.2 40000 22\r\n", "its protocol"},
           Row{"PROXY UDP4 192.0.2.1 198.51.100.2 40000 22\r\n", "its protocol"},
           Row{"PROXY UNKNOWNS\r\n", "its protocol"},
           Row{"PROXY \r\n", "its protocol"},
           Row{"PROXY  TCP4 192.0.2.1 198.51.100.2 40000 22\r\n", "its protocol"},
           Row{"PROXY TCP4 192.0.2.1 198.51.100.2 40000 22\n", "without CR"},
           Row{"PROXY UNKNOWN\n", "without CR"},
           Row{"PROXY TCP4 192.0.2.1\r198.51.100.2 40000 22\r\n", "without LF"},
           Row{"PROXY UNKNOWN\rx\n", "without LF"},
           Row{"PROXY UNKNOWN " + std::string(92, 'x') + "\r\n", "longer than 107 bytes"},
           Row{"PROXY UNKNOWN " + std::string(1000, 'x'), "longer than 107 bytes"},
       })
    refuses(row);
}

TEST(ProxyHeader, OfVersion2IsStrict) {
  for (const Row& row : {
           Row{v2(0x11, 0x11, kFour), "its version"},
           Row{v2(0x31, 0x11, kFour), "its version"},
           Row{v2(0x01, 0x11, kFour), "its version"},
           Row{v2(0x22, 0x11, kFour), "its version"},
           Row{v2(0x2f, 0x11, kFour), "its version"},
           Row{v2(0x21, 0x11, kFour.substr(1)), "too short"},
           Row{v2(0x21, 0x11, ""), "too short"},
           Row{v2(0x21, 0x21, kSix.substr(1)), "too short"},
           Row{v2(0x21, 0x21, kFour), "too short"},
           Row{v2(0x21, 0x11, kFour + std::string(537 - kFour.size(), 'x')), "longer than 552 bytes"},
           Row{v2(0x20, 0x00, std::string(537, 'x')), "longer than 552 bytes"},
           Row{kSignature2 + "\x21\x11\xff\xff", "longer than 552 bytes"},
           Row{v2(0x21, 0x00, kFour), "no TCP client (family and protocol 0/0)"},
           Row{v2(0x21, 0x01, kFour), "no TCP client (family and protocol 0/1)"},
           Row{v2(0x21, 0x10, kFour), "no TCP client (family and protocol 1/0)"},
           Row{v2(0x21, 0x12, kFour), "no TCP client (family and protocol 1/2)"},
           Row{v2(0x21, 0x13, kFour), "no TCP client (family and protocol 1/3)"},
           Row{v2(0x21, 0x22, kSix), "no TCP client (family and protocol 2/2)"},
           Row{v2(0x21, 0x31, std::string(216, '/')), "no TCP client (family and protocol 3/1)"},
           Row{v2(0x21, 0x41, kSix), "no TCP client (family and protocol 4/1)"},
       })
    refuses(row);
}

TEST(ProxyHeader, IsRequired) {
  for (const std::string bytes : {"SSH-2.0-OpenSSH_9.2\r\n", "\n", " PROXY TCP4", "proxy TCP4", "PROXYTCP4",
                                  "\r\n\r\n\r\nQUIT\n", "GET / HTTP/1.0"})
    refuses({bytes, "no PROXY protocol header"});
}

TEST(ProxyHeader, AsksForMoreWhileItMayBecomeOne) {
  for (const std::string& whole : {"PROXY TCP4 192.0.2.1 198.51.100.2 40000 22\r\n"s, v2(0x21, 0x21, kSix + kTlv)}) {
    for (std::size_t n = 0; n < whole.size(); ++n) {
      std::string left;
      const auto parsed = parse_in_steps(whole.substr(0, n), 1, left);
      EXPECT_TRUE(parsed.starts_with("more ")) << n << ": " << parsed;
    }
  }
}

TEST(ProxyHeader, IsKnownByItsSignature) {
  for (const std::string& yes : {"PROXY "s, "PROXY TCP4 x"s, kSignature2}) EXPECT_TRUE(begins_header(yes));
  for (const std::string& no : {""s, "PROXY"s, "SSH-2.0-x"s, "\r\n\r\n"s, kSignature2.substr(0, 11)})
    EXPECT_FALSE(begins_header(no));
}

/// A client's socket and ours, with a signal that asks us to stop.
class ReadProxyHeader : public testing::Test {
 protected:
  ReadProxyHeader() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client_ = Fd{ends[0]}, ours_ = Fd{ends[1]};
    EXPECT_EQ(::pipe(ends), 0);
    stop_ = Fd{ends[0]}, stopper_ = Fd{ends[1]};
  }
  void send(const std::string& bytes) {
    EXPECT_EQ(::send(client_.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  std::string read(std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    const ProxyHeader said = read_proxy_header(ours_.get(), stop_.get(), Clock::now() + patience);
    if (const auto* peer = std::get_if<Peer>(&said)) return words(*peer);
    if (const auto* error = std::get_if<Error>(&said)) return error->what;
    return "own check";
  }
  std::string left() {
    std::string bytes(1000, '\0');
    const ssize_t n = ::recv(ours_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
    return bytes;
  }
  Fd client_, ours_, stop_, stopper_;
};

TEST_F(ReadProxyHeader, LeavesWhatComesAfterIt) {
  for (const std::string& header :
       {"PROXY TCP4 192.0.2.1 198.51.100.2 40000 22\r\n"s, v2(0x21, 0x11, kFour), v2(0x21, 0x11, kFour + kTlv)}) {
    send(header + "SSH-2.0-client\r\n");
    EXPECT_EQ(read(), "192.0.2.1 40000");
    EXPECT_EQ(left(), "SSH-2.0-client\r\n");
  }
  send("PROXY UNKNOWN\r\nSSH");
  EXPECT_EQ(read(), "own check");
  EXPECT_EQ(left(), "SSH");
}

TEST_F(ReadProxyHeader, EndsInTime) {
  send("PROXY TCP4 192.0.2.1");
  EXPECT_EQ(read(std::chrono::milliseconds{20}), "no complete PROXY protocol header in time");
}

TEST_F(ReadProxyHeader, EndsWhenAskedTo) {
  send("PROXY TCP4 192.0.2.1");
  EXPECT_EQ(::write(stopper_.get(), "x", 1), 1);
  EXPECT_EQ(read(), "asked to stop");
}

TEST_F(ReadProxyHeader, NoticesTheEnd) {
  send(v2(0x21, 0x11, kFour).substr(0, 20));
  ::shutdown(client_.get(), SHUT_WR);
  EXPECT_EQ(read(), "closed in the middle of its PROXY protocol header");
}

TEST_F(ReadProxyHeader, AConnectionWithoutAByteIsALocalCommand) {
  client_ = Fd{};
  EXPECT_EQ(read(), "own check");
}

TEST_F(ReadProxyHeader, CanBeSeenWithoutBeingRead) {
  EXPECT_FALSE(has_proxy_header(ours_.get()));
  send("PROXY UNKNOWN\r\n");
  EXPECT_TRUE(has_proxy_header(ours_.get()));
  EXPECT_EQ(left(), "PROXY UNKNOWN\r\n");
}

}  // namespace
}  // namespace pysshrp::peer
