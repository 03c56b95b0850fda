#pragma once
#include <chrono>
#include <cstdint>

#include "base/deadline.h"
#include "log/log.h"

namespace pysshrp::log {

/// Bounds the records of events that a client can cause as fast as it sends: a burst of a hundred, then one every ten
/// seconds (a token bucket). A DenialsLeftOut before the next record, or at the end, says how many were left out.
class RateLimiter {
 public:
  static constexpr unsigned kBurst = 100;
  static constexpr std::chrono::seconds kInterval{10};

  /// `log` outlives it.
  RateLimiter(Log& log, TimePoint now) noexcept : log_(log), since_(now) {}
  void write(const Event& event, TimePoint now);
  /// Writes the last DenialsLeftOut, if any were left out.
  void finish();

 private:
  void refill(TimePoint now);

  Log& log_;
  TimePoint since_;         ///< up to when tokens have been handed out
  unsigned left_ = kBurst;  ///< tokens
  std::uint64_t left_out_ = 0;
};

}  // namespace pysshrp::log
