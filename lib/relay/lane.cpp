#include "relay/lane.h"

#include <utility>

namespace pysshrp::relay {

bool Lane::pump() {
  bool moved = false;
  if (to_.gone() && !from_->drained()) from_->discard();
  while (const auto piece = from_->front()) {
    const std::size_t n = to_.write(piece->bytes, piece->is_stderr);
    if (n == 0) break;
    from_->pop(n);
    bytes_ += n;
    moved = true;
  }
  return moved;
}

void Lane::finish() {
  if (!from_->drained()) return;
  if (from_->eof() && !std::exchange(eof_sent_, true)) to_.send_eof();
  if (from_->closed()) to_.close();
}

}  // namespace pysshrp::relay
