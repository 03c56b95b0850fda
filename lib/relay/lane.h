#pragma once
#include <cstdint>

#include "base/stream.h"

namespace pysshrp::relay {

/// One direction of a channel pair. Passes on data, then EOF, then CLOSE, in this order.
class Lane {
 public:
  /// Adds to `bytes` what was passed on. All three outlive the lane.
  Lane(Source& from, Sink& to, std::uint64_t& bytes) noexcept : from_(&from), to_(to), bytes_(bytes) {}

  /// Reads from another source from now on, usually a filter that reads from the first one.
  void read_from(Source& from) noexcept { from_ = &from; }

  /// Moves as many bytes as possible. True if there were any.
  bool pump();
  /// Passes on EOF and CLOSE, once all data has been passed on.
  void finish();

 private:
  Source* from_;
  Sink& to_;
  std::uint64_t& bytes_;
  bool eof_sent_ = false;
};

}  // namespace pysshrp::relay
