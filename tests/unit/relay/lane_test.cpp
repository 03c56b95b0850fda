#include "relay/lane.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/backlog.h"

namespace pysshrp::relay {
namespace {

/// One end of a bridge in memory: what came in, what was sent, in one line of text each.
class FakeEnd final : public Source, public Sink {
 public:
  void arrives(std::string_view text, bool is_stderr = false) {
    if (!discarding) in.append({text.data(), text.size()}, is_stderr);
  }
  std::optional<Piece> front() override { return in.size() == 0 ? std::nullopt : std::optional{in.front()}; }
  void pop(std::size_t n) override { in.pop(n); }
  bool drained() const override { return in.size() == 0; }
  bool eof() const override { return ended; }
  bool closed() const override { return closed_by_peer; }
  bool gone() const override { return closed_by_peer || broken; }
  void discard() override {
    discarding = true;
    in.clear();
  }
  std::size_t write(const Piece& piece) override {
    const std::size_t n = std::min(room, piece.bytes.size());
    room -= n;
    if (n != 0) sent += (piece.is_stderr ? "2:" : "1:") + std::string{piece.bytes.data(), n} + ' ';
    return n;
  }
  void send_eof() override { sent += "EOF "; }
  void close() override {
    if (!std::exchange(close_was_sent, true)) sent += "CLOSE ";
  }
  bool close_sent() const override { return close_was_sent; }

  Backlog in;
  std::string sent;
  std::size_t room = 1000;
  bool ended = false, closed_by_peer = false, broken = false, discarding = false, close_was_sent = false;
};

class LaneTest : public testing::Test {
 protected:
  FakeEnd from, to;
  std::uint64_t bytes = 0;
  Lane lane{from, to, bytes};
  bool turn() {
    const bool moved = lane.pump();
    lane.finish();
    return moved;
  }
};

TEST_F(LaneTest, PassesOnBothStreamsInOrderAndCounts) {
  from.arrives("out");
  from.arrives("err", true);
  EXPECT_TRUE(turn());
  EXPECT_EQ(to.sent, "1:out 2:err ");
  EXPECT_EQ(bytes, 6U);
  EXPECT_FALSE(turn());
}

TEST_F(LaneTest, KeepsWhatTheOtherSideDoesNotTake) {
  to.room = 2;
  from.arrives("hello");
  EXPECT_TRUE(turn());
  EXPECT_FALSE(turn());
  EXPECT_EQ(to.sent, "1:he ");
  to.room = 100;
  EXPECT_TRUE(turn());
  EXPECT_EQ(to.sent, "1:he 1:llo ");
}

TEST_F(LaneTest, SendsTheEofOnceAndOnlyAfterTheData) {
  to.room = 0;
  from.arrives("tail");
  from.ended = true;
  turn();
  EXPECT_EQ(to.sent, "");
  to.room = 10;
  turn();
  turn();
  EXPECT_EQ(to.sent, "1:tail EOF ");
}

TEST_F(LaneTest, AnEofIsNoClose) {
  from.ended = true;
  turn();
  EXPECT_FALSE(to.close_was_sent);
}

TEST_F(LaneTest, ClosesAfterTheEof) {
  from.arrives("tail");
  from.ended = from.closed_by_peer = true;
  turn();
  EXPECT_EQ(to.sent, "1:tail EOF CLOSE ");
}

TEST_F(LaneTest, AConnectionThatBrokeIsNotACloseOfTheChannel) {
  from.broken = true;
  turn();
  EXPECT_EQ(to.sent, "");
}

TEST_F(LaneTest, ThrowsAwayWhatNobodyCanTakeAnyMore) {
  from.arrives("late");
  to.closed_by_peer = true;
  turn();
  EXPECT_EQ(to.sent, "");
  EXPECT_TRUE(from.drained());
  EXPECT_TRUE(from.discarding);
}

}  // namespace
}  // namespace pysshrp::relay
