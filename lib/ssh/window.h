#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/deadline.h"

namespace pysshrp::ssh {

/// How much a channel's peer may send that is not passed on yet (RFC 4254, section 5.2). A window of one size bounds a
/// stream over distance to so much in a round trip. This one grows while the peer stops where it may send no more,
/// as long as what it has sent is passed on: it becomes as large as the way is long and the other side fast. It halves
/// when the other side has become slower. Pure: it counts bytes, and grants nothing itself.
class Window {
 public:
  /// As libssh 0.10 has it by itself. A larger one would have typing wait longer behind an upload over a slow link.
  static constexpr std::size_t kBase = 1'280'000;
  /// How far the windows of all channels of a connection may be above that, together.
  static constexpr std::size_t kShared = std::size_t{16} << 20;

  /// `n` bytes have come in.
  void arrived(std::size_t n, TimePoint now) noexcept;
  /// The window that is to be granted now, when `held` bytes are not passed on yet; 0: none. It is taken as granted. If
  /// it grows, that is taken from `left`, by which windows may still grow.
  std::size_t grant(std::size_t held, std::size_t& left, TimePoint now);
  /// How far it is above kBase, when `held` bytes are not passed on yet. What was granted stays granted when it has
  /// halved since.
  std::size_t widened(std::size_t held) const noexcept;

 private:
  /// Between what comes in.
  struct Pauses {
    Clock::duration total{};
    unsigned count = 0;
    void add(Clock::duration one) noexcept;
    Clock::duration mean() const noexcept { return total / (count != 0 ? count : 1); }
  };
  /// What was seen while one window came in.
  struct Seen {
    std::uint64_t from = 0;  ///< of `arrived_`; may lie ahead
    Pauses at_edges, elsewhere;
    Clock::duration nearest = Clock::duration::max();  ///< the shortest time between a grant and what was sent by it
    std::size_t least_held = SIZE_MAX;
  };

  /// Up to which byte of all the peer was allowed to send.
  struct Edge {
    std::uint64_t at;
    TimePoint since;
  };
  std::uint64_t edge() const noexcept { return edges_.empty() ? 0 : edges_.back().at; }
  bool peer_may_have_stopped() const noexcept { return edges_.size() > 1 && edges_.front().at == arrived_; }
  void note_pause(TimePoint until) noexcept;
  void evaluate(std::size_t& left) noexcept;
  bool widen(const Seen& seen, std::size_t& left) noexcept;

  std::size_t size_ = kBase;
  std::uint64_t arrived_ = 0;
  TimePoint last_{};
  std::deque<Edge> edges_;  ///< that `arrived_` has not passed, and the last one; oldest first
  Seen seen_;
};

}  // namespace pysshrp::ssh
