#include "log/ration.h"

#include <algorithm>
#include <utility>

namespace pysshrp::log {

void Ration::write(const Event& event, TimePoint now) {
  refill(now);
  if (left_ == 0) {
    ++left_out_;
    return;
  }
  --left_;
  finish();
  log_(event);
}

void Ration::finish() {
  if (left_out_ != 0) log_(DenialsLeftOut{std::exchange(left_out_, 0)});
}

void Ration::refill(TimePoint now) {
  const auto due = (now - since_) / kEvery;
  since_ += due * kEvery;
  left_ = static_cast<unsigned>(std::min<std::int64_t>(kAtOnce, left_ + due));
}

}  // namespace pysshrp::log
