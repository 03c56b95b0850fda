#include "log/rate_limiter.h"

#include <algorithm>
#include <utility>

namespace pysshrp::log {

void RateLimiter::write(const Event& event, TimePoint now) {
  refill(now);
  if (left_ == 0) {
    ++left_out_;
    return;
  }
  --left_;
  finish();
  log_(event);
}

void RateLimiter::finish() {
  if (left_out_ != 0) log_(DenialsLeftOut{std::exchange(left_out_, 0)});
}

void RateLimiter::refill(TimePoint now) {
  const auto due = (now - since_) / kInterval;
  since_ += due * kInterval;
  left_ = static_cast<unsigned>(std::min<std::int64_t>(kBurst, left_ + due));
}

}  // namespace pysshrp::log
