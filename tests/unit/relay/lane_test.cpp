#include "relay/lane.h"

#include <gtest/gtest.h>

#include <string>

#include "fake_end.h"

namespace pysshrp::relay {
namespace {

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
