#include "relay/sftp_filter.h"

#include <gtest/gtest.h>

#include "fake_end.h"
#include "relay/lane.h"

// The filter between two ends: what a lane writes of it, and when it passes on the end.
namespace pysshrp::relay {
namespace {

using sftp::Type;
using sftp::Writer;

std::string bytes_of(Writer writer) {
  const auto bytes = writer.finish();
  return {bytes.data(), bytes.size()};
}
std::string status(std::uint32_t id) {
  return bytes_of(std::move(Writer{Type::status, id}.u32(0).string("Success").string("")));
}
std::string write(std::uint32_t id, std::string_view payload) {
  return bytes_of(std::move(Writer{Type::write, id}.string("h").u32(0).u32(0).string(payload)));
}
std::string name(std::uint32_t id, std::string_view path) {
  return bytes_of(std::move(Writer{Type::name, id}.u32(1).string(path).string(path).u32(0)));
}

class SftpFilterTest : public testing::Test {
 protected:
  SftpFilterTest() {
    client.room = server.room = 1 << 20;
    says(bytes_of(Writer{Type::init}.u32(3)));
    answers(bytes_of(Writer{Type::version}.u32(3)));
    answers(name(0, "/proc/1") + name(1, "/r") + name(0xffffffff, "/home/me"));
    says(bytes_of(Writer{Type::open, 1}.string("a").u32(3).u32(0)));
    answers(name(2, "/r/a"));
    answers(bytes_of(Writer{Type::handle, 3}.string("h")));
    answers(name(4, "/r/a"));
    client.sent.clear();
    server.sent.clear();
  }
  void says(std::string_view bytes) {
    client.arrives(bytes);
    turn();
  }
  void answers(std::string_view bytes) {
    server.arrives(bytes);
    turn();
  }
  void turn() {
    do {
      up.pump();
      down.pump();
    } while (filter.has_moved());
    up.finish();
    down.finish();
  }

  FakeEnd client, server;
  std::uint64_t bytes_up = 0, bytes_down = 0;
  SftpFilter filter{client, server, {"/r", SftpSymlinks::inside, SftpAccess::read_write, true}, [](const auto&) {}};
  Lane up{filter.upward(), server, bytes_up}, down{filter.downward(), client, bytes_down};
};

TEST_F(SftpFilterTest, WritesFramesThatPassInOnePiece) {
  says(write(7, "one") + write(8, "two"));
  EXPECT_EQ(server.sent, "1:" + write(5, "one") + write(6, "two") + ' ');
}

TEST_F(SftpFilterTest, WritesInTheOrderInWhichItCame) {
  says(bytes_of(Writer{Type::fstat, 7}.string("h")) + write(8, "two") + bytes_of(Writer{Type::close, 9}.string("h")));
  EXPECT_EQ(server.sent, "1:" + bytes_of(Writer{Type::fstat, 5}.string("h")) + " 1:" + write(6, "two") +
                             " 1:" + bytes_of(Writer{Type::close, 7}.string("h")) + ' ');
}

TEST_F(SftpFilterTest, KeepsARunThatIsNotTakenAtOnce) {
  server.room = 30;
  says(write(7, "one") + write(8, "two"));
  const std::string all = write(5, "one") + write(6, "two");
  EXPECT_EQ(server.sent, "1:" + all.substr(0, 30) + ' ');
  answers(status(5));  // it has read that much
  EXPECT_EQ(client.sent, "1:" + status(7) + ' ');
  server.room = 1000;
  client.ended = true;
  turn();
  EXPECT_EQ(server.sent, "1:" + all.substr(0, 30) + " 1:" + all.substr(30) + " EOF ");
}

/// The question about the second file waits for the end of a payload that does not come; the end of the client does
/// not.
TEST_F(SftpFilterTest, AClientThatGoesInsideAPayloadIsSeenToGo) {
  says(bytes_of(Writer{Type::open, 2}.string("b").u32(1).u32(0)));
  answers(name(5, "/r/b"));
  server.sent.clear();
  const std::string half = write(7, "cut off").substr(0, 26);
  says(half);
  answers(bytes_of(Writer{Type::handle, 6}.string("i")));
  client.ended = client.closed_by_peer = true;
  turn();
  EXPECT_EQ(server.sent, "1:" + write(7, "cut off").substr(0, 26) + " EOF CLOSE ");
}

TEST_F(SftpFilterTest, ForgetsARunThatNobodyWillTake) {
  server.room = 0;
  says(write(7, "one"));
  server.closed_by_peer = true;
  says(write(8, "two"));
  EXPECT_TRUE(filter.upward().drained());
  EXPECT_EQ(server.sent, "");
}

}  // namespace
}  // namespace pysshrp::relay
