#include "ssh/read_ahead.h"

#ifdef PYSSHRP_READ_AHEAD

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

// libssh lets nobody say how much it reads at once, but it reads with functions of the C library, and a function of the
// program itself is found before one of the same name there. The three below do what the C library's do, but look first
// into what has been taken from the socket already. Where a libssh reads in another way, nothing is ever taken.

namespace pysshrp::ssh {
namespace {

/// One socket's bytes on their way to libssh, encrypted as they have come.
struct Ahead {
  int socket = -1;
  int error = 0;  ///< that the socket has told: it tells it once
  std::size_t head = 0, tail = 0;
  bool looks_empty = false;  ///< it was just now: the next look is spared, but not the one after it
  bool holds_end = false;    ///< libssh is not to see it now
  bool at_end = false;       ///< it has come while it was held
  std::array<char, 64 * 1024> bytes;
};

// The client's and the upstream's. C calls us without a word on who we are: only a global can be there.
std::array<Ahead, 2> all;

Ahead* find(int socket) noexcept {
  for (Ahead& one : all)
    if (one.socket == socket && socket >= 0) return &one;
  return nullptr;
}

void assign(Ahead& one, int socket) noexcept {
  one.socket = socket;
  one.error = 0;
  one.looks_empty = one.holds_end = one.at_end = false;
  one.head = one.tail = 0;
}

bool holds(const Ahead* one) noexcept {
  return one && (one->head != one->tail || (one->error != 0 && !one->holds_end));
}

/// As recv(2), into the buffer, which is empty.
ssize_t fill(Ahead& one, int flags) noexcept {
  const ssize_t n = ::recvfrom(one.socket, one.bytes.data(), one.bytes.size(), flags, nullptr, nullptr);
  one.head = 0;
  one.tail = n > 0 ? static_cast<std::size_t>(n) : 0;
  one.looks_empty = n > 0 && one.tail < one.bytes.size();
  return n;
}

ssize_t take(Ahead& one, void* to, std::size_t n) noexcept {
  if (one.head == one.tail) {
    errno = std::exchange(one.error, 0);
    return -1;
  }
  n = std::min(n, one.tail - one.head);
  std::memcpy(to, one.bytes.data() + one.head, n);
  one.head += n;
  return static_cast<ssize_t>(n);
}

/// Whether recv would say something now, if only that this was the end.
bool look(Ahead& one) noexcept {
  if (holds(&one)) return true;
  if (one.at_end || std::exchange(one.looks_empty, false)) return false;
  const ssize_t n = fill(one, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
  if (n < 0) one.error = errno;
  one.at_end = n <= 0 && one.holds_end;
  return !one.at_end;
}

int poll_really(pollfd* fds, nfds_t n, const timespec* limit) noexcept {
  const int ready = ::ppoll(fds, n, limit, nullptr);
  for (const pollfd* p = fds; ready >= 0 && p != fds + n; ++p)
    if (Ahead* const one = (p->events & POLLIN) != 0 ? find(p->fd) : nullptr)
      one->looks_empty = (p->revents & ~POLLOUT) == 0;
  return ready;
}

}  // namespace

void read_ahead(int socket) noexcept {
  const auto is_free = [](const Ahead& one) { return one.socket < 0; };
  const auto place = find(socket) ? all.end() : std::find_if(all.begin(), all.end(), is_free);
  if (place != all.end()) assign(*place, socket);
}

void hold_end(int socket, bool held) noexcept {
  Ahead* const one = find(socket);
  if (!one) return;
  one->holds_end = held;
  one->at_end = one->at_end && held;
}

bool end_is_held(int socket) noexcept {
  const Ahead* const one = find(socket);
  return one && one->at_end;
}

int poll_ahead(pollfd* fds, nfds_t n, const timespec* limit) noexcept {
  const auto is_held = [](const pollfd& p) { return (p.events & POLLIN) != 0 && holds(find(p.fd)); };
  if (std::none_of(fds, fds + n, is_held)) return poll_really(fds, n, limit);
  constexpr timespec kNow{};
  if (poll_really(fds, n, &kNow) < 0) return -1;
  for (pollfd* p = fds; p != fds + n; ++p)
    if (is_held(*p)) p->revents = static_cast<short>(p->revents | POLLIN);
  return static_cast<int>(std::count_if(fds, fds + n, [](const pollfd& p) { return p.revents != 0; }));
}

extern "C" ssize_t recv(int socket, void* to, std::size_t n, int flags) {
  Ahead* const one = flags == 0 ? find(socket) : nullptr;
  if (!one) return ::recvfrom(socket, to, n, flags, nullptr, nullptr);
  if (holds(one)) return take(*one, to, n);
  const ssize_t got = fill(*one, 0);
  return got > 0 ? take(*one, to, n) : got;
}

extern "C" int poll(pollfd* fds, nfds_t n, int milliseconds) {
  // libssh asks for one socket at a time, and does not wait. To read it answers that at once; whether it can be written
  // to as well is told when all is read.
  Ahead* const only = n == 1 && milliseconds == 0 && (fds->events & POLLIN) != 0 ? find(fds->fd) : nullptr;
  if (only) {
    const bool found = look(*only);
    fds->revents = found ? POLLIN : 0;
    if (found || fds->events == POLLIN || only->at_end) return found;
  }
  const timespec limit{milliseconds / 1000, milliseconds % 1000 * 1'000'000L};
  const int ready = poll_ahead(fds, n, milliseconds < 0 ? nullptr : &limit);
  if (!only || !only->holds_end || ready <= 0) return ready;
  fds->revents &= POLLOUT;  // what else there is may be the end: look() finds out
  return fds->revents != 0;
}

extern "C" int close(int fd) {
  if (Ahead* const one = find(fd)) assign(*one, -1);
  return static_cast<int>(::syscall(SYS_close, fd));
}

}  // namespace pysshrp::ssh

#endif
