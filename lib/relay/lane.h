#pragma once
#include <cstdint>

#include "base/stream.h"

namespace pysshrp::relay {

/// One direction of a bridge: data, then EOF, then CLOSE, each only after all that came before it.
class Lane {
 public:
  /// `bytes` counts what was passed on. All of them outlive the lane.
  Lane(Source& from, Sink& to, std::uint64_t& bytes) noexcept : from_(&from), to_(to), bytes_(bytes) {}

  /// Takes from here on from another source, which stands before the first one.
  void read_from(Source& from) noexcept { from_ = &from; }

  /// Moves what can be moved; true if anything did.
  bool pump();
  /// Passes on the end, once everything before it is through.
  void finish();

 private:
  Source* from_;
  Sink& to_;
  std::uint64_t& bytes_;
  bool eof_sent_ = false;
};

}  // namespace pysshrp::relay
