#include "log/send_queue.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace pysshrp::log {

bool SendQueue::write(std::string entry) {
  if (!make_room(entry.size())) return false;
  const bool first = waiting_.empty();
  bytes_ += entry.size();
  waiting_.push_back(std::move(entry));
  return !first || send_front() != Sent::lost;
}

std::size_t SendQueue::flush(std::chrono::milliseconds wait) {
  const TimePoint last = Clock::now() + kMaxFlushes * wait;
  for (TimePoint until = Clock::now() + wait; !waiting_.empty();) {
    const Sent sent = send_front();
    if (sent == Sent::lost) ++lost_;
    if (sent == Sent::not_yet && !has_room_before(until)) break;
    if (sent != Sent::not_yet && wait.count() > 0) until = std::min(Clock::now() + wait, last);
  }
  return std::exchange(lost_, 0);
}

bool SendQueue::make_room(std::size_t size) noexcept {
  for (TimePoint until = kNever; !waiting_.empty() && bytes_ + size > kMaxBytes;) {
    const Sent sent = send_front();
    if (sent == Sent::lost) ++lost_;
    if (sent != Sent::not_yet) {
      until = kNever;
      continue;
    }
    if (is_stuck_) return false;
    until = std::min(until, Clock::now() + kStallTime);
    is_stuck_ = !has_room_before(until);
  }
  return true;
}

SendQueue::Sent SendQueue::send_front() noexcept {
  std::string& entry = waiting_.front();
  const ssize_t sent = ::send(socket_.get(), entry.data(), entry.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)) return Sent::not_yet;
  is_stuck_ = false;
  if (kind_ == Kind::stream && sent >= 0 && static_cast<std::size_t>(sent) < entry.size()) {
    // The rest has to follow before anything else.
    bytes_ -= static_cast<std::size_t>(sent);
    entry.erase(0, static_cast<std::size_t>(sent));
    return Sent::not_yet;
  }
  bytes_ -= entry.size();
  waiting_.pop_front();
  return sent < 0 ? Sent::lost : Sent::all;
}

bool SendQueue::has_room_before(TimePoint until) const noexcept {
  const int left = poll_timeout(Clock::now(), until);
  pollfd room{socket_.get(), POLLOUT, 0};
  return left > 0 && ::poll(&room, 1, left) > 0;
}

}  // namespace pysshrp::log
