#pragma once
#include <cstdint>

#include "base/duplex.h"

namespace pysshrp::relay {

/// One direction of a bridge: data, then EOF, then CLOSE, each only after all that came before it.
class Lane {
 public:
  /// `bytes` counts what was passed on. All of them outlive the lane.
  Lane(Duplex& from, Duplex& to, std::uint64_t& bytes) noexcept : from_(from), to_(to), bytes_(bytes) {}

  /// Moves what can be moved; true if anything did.
  bool pump();
  /// Passes on the end, once everything before it is through.
  void finish();

 private:
  Duplex &from_, &to_;
  std::uint64_t& bytes_;
  bool eof_sent_ = false;
};

}  // namespace pysshrp::relay
