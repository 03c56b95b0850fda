#include "relay/sftp_filter.h"

#include "base/deadline.h"

namespace pysshrp::relay {

std::optional<Piece> SftpFilter::Side::front() {
  while (out_.run() == 0 && parse_more()) {
  }
  if (const auto frames = out_.frames(); !frames.empty()) return Piece{frames};
  const auto piece = out_.run() > 0 ? from_.front() : std::nullopt;
  if (!piece) return {};
  return Piece{piece->bytes.first(out_.run())};
}

/// Lets the filter process received bytes. True if it made progress.
bool SftpFilter::Side::parse_more() {
  const auto piece = from_.front();
  if (!piece) return false;
  // stderr is dropped: it is not SFTP, no client needs it, and the server's messages could reveal paths.
  const std::size_t n =
      piece->is_stderr ? piece->bytes.size() : (owner_.filter_.*parse_)(piece->bytes, Clock::now(), owner_.out_);
  if (n > 0) from_.pop(n);
  owner_.moved_ |= n > 0 || out_.run() > 0;
  return n > 0;
}

void SftpFilter::Side::pop(std::size_t n) {
  if (!out_.frames().empty()) return out_.pop_frames(n);
  from_.pop(n);
  out_.pop_run(n);
}

void SftpFilter::Side::discard() {
  from_.discard();
  out_.clear();
}

}  // namespace pysshrp::relay
