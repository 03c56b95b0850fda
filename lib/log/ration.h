#pragma once
#include <chrono>
#include <cstdint>

#include "base/deadline.h"
#include "log/log.h"

namespace pysshrp::log {

/// The way to the log for what a client can cause as fast as it sends: a hundred records at once, from then on one in
/// ten seconds. How many were left out is said before the next one, or at the end.
class Ration {
 public:
  static constexpr unsigned kAtOnce = 100;
  static constexpr std::chrono::seconds kEvery{10};

  /// `log` outlives it.
  Ration(Log& log, TimePoint now) noexcept : log_(log), since_(now) {}
  void write(const Event& event, TimePoint now);
  /// Nothing more will come.
  void finish();

 private:
  void refill(TimePoint now);

  Log& log_;
  TimePoint since_;  ///< up to then the ration has been given out
  unsigned left_ = kAtOnce;
  std::uint64_t left_out_ = 0;
};

}  // namespace pysshrp::log
