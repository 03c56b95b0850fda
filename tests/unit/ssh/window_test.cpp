#include "ssh/window.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

namespace pysshrp::ssh {
namespace {

constexpr std::size_t kBase = Window::kBase, kPacket = 32768;

TEST(Window, IsAsOpensshsAtFirst) {
  Window window;
  std::size_t left = Window::kShared;
  EXPECT_EQ(window.grant(0, left, {}), kBase);
  EXPECT_EQ(window.grant(0, left, {}), 0U);
  EXPECT_EQ(window.widened(0), 0U);
}

TEST(Window, IsGrantedAnewBitByBit) {
  Window window;
  std::size_t left = Window::kShared;
  window.grant(0, left, {});
  window.arrived(kBase / 8 - 1, {});
  EXPECT_EQ(window.grant(0, left, {}), 0U);
  window.arrived(1, {});
  EXPECT_EQ(window.grant(0, left, {}), kBase);
}

TEST(Window, IsSmallerByWhatIsHeld) {
  Window window;
  std::size_t left = Window::kShared;
  window.grant(0, left, {});
  window.arrived(kBase / 2, {});
  EXPECT_EQ(window.grant(kBase / 2, left, {}), 0U) << "nothing was passed on";
  EXPECT_EQ(window.grant(kBase / 4, left, {}), kBase - kBase / 4);
  window.arrived(3 * kBase, {});
  EXPECT_EQ(window.grant(2 * kBase, left, {}), 0U);
}

/// A peer at the other end of a link: what it was granted it knows half a round trip later, and what it sends is here
/// after another half. The link takes so many bytes in a millisecond. Time is simulated.
class WindowOverDistance : public testing::Test {
 protected:
  /// For so many milliseconds. Of what comes in `held(window)` is not passed on.
  template <typename Held>
  void run(int ms, Held held) {
    for (int end = now_ + ms; now_ < end; ++now_) {
      for (; !grants_.empty() && grants_.front().first + round_trip <= now_; grants_.pop_front())
        edge_ = grants_.front().second;
      for (std::size_t room = rate; room > 0 && sent_ < edge_ && (most == 0 || sent_ < most);) {
        const std::size_t n = std::min({room, kPacket, edge_ - sent_});
        window.arrived(n, TimePoint{std::chrono::milliseconds{now_ + 1}});
        sent_ += n;
        room -= n;
      }
      left = Window::kShared - window.widened(0);
      if (const std::size_t now = window.grant(held(), left, TimePoint{std::chrono::milliseconds{now_ + 1}}); now != 0)
        grants_.emplace_back(now_, sent_ + now);
    }
  }
  void run(int ms) {
    run(ms, [] { return 0; });
  }

  Window window;
  std::size_t left = Window::kShared;
  int round_trip = 50;         // ms
  std::size_t rate = 200'000;  // bytes in a ms
  std::size_t most = 0;        // that it sends; 0: it never ends
  std::size_t sent() const { return sent_; }

 private:
  int now_ = 0;
  std::size_t sent_ = 0, edge_ = 0;
  std::deque<std::pair<int, std::size_t>> grants_;
};

TEST_F(WindowOverDistance, GrowsToWhatTheLinkTakesInARoundTrip) {
  run(1000);
  const std::size_t window_size = kBase + window.widened(0);
  EXPECT_GT(window_size, rate * 50 * 9 / 10);
  EXPECT_LT(window_size, rate * 50 * 2);
  const std::size_t before = sent();
  run(1000);
  EXPECT_GT(sent() - before, rate * 900);
}

TEST_F(WindowOverDistance, GrowsNoFurtherThanAllChannelsTogetherMay) {
  round_trip = 500;
  run(10000);
  EXPECT_EQ(window.widened(0), Window::kShared);
  EXPECT_EQ(left, 0U);
}

TEST_F(WindowOverDistance, StaysWhereTheLinkIsTheLimit) {
  rate = 12'500;  // 100 Mbit/s
  run(5000);
  EXPECT_EQ(window.widened(0), 0U);
}

TEST_F(WindowOverDistance, GrowsALittleWhereItIsALittleTooSmall) {
  rate = 12'500;
  round_trip = 110;
  run(5000);
  EXPECT_GT(window.widened(0), 0U);
  EXPECT_LT(window.widened(0), kBase / 2);
  const std::size_t before = sent();
  run(5000);
  EXPECT_GT(sent() - before, rate * 5000 * 95 / 100);
}

TEST_F(WindowOverDistance, StaysWhereThePeerIsNear) {
  round_trip = 1;
  run(5000);
  EXPECT_EQ(window.widened(0), 0U);
}

TEST_F(WindowOverDistance, StaysWhenTheOtherSideIsSlower) {
  run(5000, [] { return 1; });
  EXPECT_EQ(window.widened(0), 0U);
}

TEST_F(WindowOverDistance, HalvesWhenAQuarterOfItIsAlwaysHeld) {
  run(1000);
  const std::size_t before = window.widened(0);
  run(1000, [&] { return (kBase + before) / 5; });
  EXPECT_EQ(window.widened(0), before);
  run(3000, [&] { return (kBase + window.widened(0)) / 3; });
  EXPECT_EQ(window.widened(0), 0U);
}

}  // namespace
}  // namespace pysshrp::ssh
