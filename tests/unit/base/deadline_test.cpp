#include "base/deadline.h"

#include <gtest/gtest.h>
#include <poll.h>

using namespace pysshrp;
using namespace std::chrono_literals;

namespace {

std::chrono::nanoseconds left(Clock::duration until) {
  const TimePoint now = Clock::now();
  const timespec time = time_left(now, now + until);
  EXPECT_LT(time.tv_nsec, 1'000'000'000);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

TEST(TimeLeft, IsNothingWhenItIsOver) {
  EXPECT_EQ(left(0s), 0ns);
  EXPECT_EQ(left(-1s), 0ns);
}

TEST(TimeLeft, IsExactWhenItIsShort) {
  EXPECT_EQ(left(1ns), 1ns);
  EXPECT_EQ(left(2ms), 2ms);
}

TEST(TimeLeft, IsAMinuteAtMost) {
  EXPECT_LE(left(1h), 1min);
  const timespec time = time_left(Clock::now(), kNever);
  EXPECT_LE(time.tv_sec, 60);
  EXPECT_GE(time.tv_sec, 59);
}

// select_estimate_accuracy() of the kernel's: a thousandth, at most 100 ms.
TEST(TimeLeft, IsNeverOverlookedByASleepThatTheKernelMakesLonger) {
  for (const std::chrono::nanoseconds until : {51ms, 200ms, 500ms, 5000ms, 59000ms}) {
    const auto first = left(until);
    EXPECT_LE(first + first / 1000, until - until / 1000 / 2);
    EXPECT_GE(first, until - until / 100);
  }
}

TEST(TimeLeft, EndsOnTimeInAFewWaits) {
  const TimePoint until = Clock::now() + 300ms;
  int waits = 0;
  for (TimePoint now = Clock::now(); now < until; now = Clock::now(), ++waits) {
    const timespec limit = time_left(now, until);
    ::ppoll(nullptr, 0, &limit, nullptr);
  }
  EXPECT_LE(waits, 3);
}

}  // namespace
