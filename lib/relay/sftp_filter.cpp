#include "relay/sftp_filter.h"

#include "base/deadline.h"

namespace pysshrp::relay {

std::optional<Piece> SftpFilter::Side::front() {
  while (const auto piece = from_.front()) {
    // Stderr is not SFTP: what a server writes there could name paths, and no client needs it.
    const std::size_t n =
        piece->is_stderr ? piece->bytes.size() : (owner_.filter_.*take_)(piece->bytes, Clock::now(), owner_.out_);
    if (n == 0) break;
    from_.pop(n);
    owner_.moved_ = true;
  }
  if (ready_.size() == 0) return {};
  return ready_.front();
}

void SftpFilter::Side::discard() {
  from_.discard();
  ready_.clear();
}

}  // namespace pysshrp::relay
