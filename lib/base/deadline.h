#pragma once
#include <time.h>

#include <algorithm>
#include <chrono>

namespace pysshrp {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
inline constexpr TimePoint kNever = TimePoint::max();

/// The timeout for ppoll(2), at most a minute, 0 after `until`. In nanoseconds, because the remainder of a millisecond
/// would show in answer times. Kernel slack lengthens sleeps by up to 0.1 %, which would show how long they were: a
/// long sleep is 0.2 % short, and a second, short one follows.
inline timespec time_left(TimePoint now, TimePoint until) noexcept {
  constexpr std::chrono::milliseconds kShort{50};
  if (until <= now) return {};
  std::chrono::nanoseconds left = std::min<Clock::duration>(until - now, std::chrono::minutes{1});
  if (left > kShort) left -= left / 500;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
}

/// The timeout for poll(2) in milliseconds, rounded up; at most a minute, 0 after `until`.
inline int poll_timeout(TimePoint now, TimePoint until) noexcept {
  if (until <= now) return 0;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(std::min<Clock::duration>(until - now, std::chrono::minutes{1}));
  return static_cast<int>(left.count());
}

}  // namespace pysshrp
