#pragma once
#include <time.h>

#include <algorithm>
#include <chrono>

namespace pysshrp {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
inline constexpr TimePoint kNever = TimePoint::max();

/// The timeout to give to ppoll(2), to the nanosecond: at most a minute, 0 when the time is over. What is due then is
/// done at that time, and not so much later as was left of a millisecond, nor as the kernel takes leave to sleep
/// longer, a thousandth of the time: of a long one so much is left for a second wait, which tells nobody how long the
/// first was.
inline timespec time_left(TimePoint now, TimePoint until) noexcept {
  constexpr std::chrono::milliseconds kShort{50};
  if (until <= now) return {};
  std::chrono::nanoseconds left = std::min<Clock::duration>(until - now, std::chrono::minutes{1});
  if (left > kShort) left -= left / 500;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  return {static_cast<time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
}

/// The timeout to give to poll(2), in ms: never early, at most a minute, 0 when the time is over.
inline int poll_timeout(TimePoint now, TimePoint until) noexcept {
  if (until <= now) return 0;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(std::min<Clock::duration>(until - now, std::chrono::minutes{1}));
  return static_cast<int>(left.count());
}

}  // namespace pysshrp
