#include "ssh/window.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pysshrp::ssh {
namespace {

constexpr std::size_t kStep = 8;  // what is passed on is granted anew when it is so small a part of the window
constexpr std::chrono::microseconds kPause{200};  // less is what comes in together
constexpr int kWorth = 16;                        // a smaller part of the time is not worth more memory
constexpr std::chrono::milliseconds kFar{5};  // libssh takes no longer for kBase: who is nearer has paused for himself
constexpr double kMostGrowth = 3;             // windows at once

}  // namespace

void Window::Pauses::add(Clock::duration one) noexcept {
  total += one;
  if (one >= kPause) ++count;
}

void Window::arrived(std::size_t n, TimePoint now) noexcept {
  if (arrived_ >= seen_.from && arrived_ != 0) note_pause(now);
  last_ = now;
  arrived_ += n;
  while (edges_.size() > 1 && edges_.front().at < arrived_) edges_.pop_front();
}

void Window::note_pause(TimePoint until) noexcept {
  const auto pause = until - last_;
  if (!peer_may_have_stopped()) return seen_.elsewhere.add(pause);
  seen_.at_edges.add(pause);
  seen_.nearest = std::min(seen_.nearest, until - edges_[1].since);
}

std::size_t Window::grant(std::size_t held, std::size_t& left, TimePoint now) {
  seen_.least_held = std::min(seen_.least_held, held);
  if (arrived_ >= seen_.from + size_) evaluate(left);
  if (held >= size_) return 0;
  const std::uint64_t new_edge = arrived_ + size_ - held;
  if (new_edge < edge() + size_ / kStep) return 0;
  edges_.push_back({new_edge, now});
  return size_ - held;
}

std::size_t Window::widened(std::size_t held) const noexcept {
  const std::uint64_t passed_on = arrived_ - std::min<std::uint64_t>(arrived_, held);
  const std::uint64_t granted = edge() - std::min(edge(), passed_on);
  return std::max<std::uint64_t>(size_, granted) - kBase;
}

/// Once in a window.
void Window::evaluate(std::size_t& left) noexcept {
  const Seen seen = std::exchange(seen_, {});
  seen_.from = arrived_;
  if (seen.least_held > size_ / 4) size_ = std::max(kBase, size_ / 2);
  if (seen.least_held == 0 && widen(seen, left))
    seen_.from = edge();  // what comes in beyond was sent when the peer had heard of what it is granted now
}

/// By as much as the peer would have sent while it paused for us, which is how much longer it has paused at edges than
/// elsewhere.
bool Window::widen(const Seen& seen, std::size_t& left) noexcept {
  const auto all = seen.at_edges.total + seen.elsewhere.total;
  const auto lost = seen.at_edges.total - seen.at_edges.count * seen.elsewhere.mean();
  if (seen.nearest < kFar || lost <= all / kWorth) return false;
  const double growth =
      static_cast<double>(lost.count()) / static_cast<double>(std::max(all - lost, all / kWorth).count());
  const auto more =
      std::min(static_cast<std::size_t>(static_cast<double>(size_) * std::min(growth, kMostGrowth)), left);
  size_ += more;
  left -= more;
  return true;
}

}  // namespace pysshrp::ssh
