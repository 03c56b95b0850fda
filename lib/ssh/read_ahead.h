#pragma once
#include <poll.h>
#include <time.h>

namespace pysshrp::ssh {

/// From now on what libssh reads from this socket, in pieces of 4 KiB with a poll(2) for each, is taken from the kernel
/// in pieces of 64 KiB. Until it is closed. Two sockets at a time. Without PYSSHRP_READ_AHEAD nothing changes.
#ifdef PYSSHRP_READ_AHEAD
void read_ahead(int socket) noexcept;
/// While it is held, libssh does not see that the peer has hung up: it would keep what has come before to itself.
void hold_end(int socket, bool held) noexcept;
/// Whether there is nothing more to read than that. A poll(2) for the socket would not sleep.
bool end_is_held(int socket) noexcept;
/// As ppoll(2), and what has been taken from the kernel already can be read, too.
int poll_ahead(pollfd* fds, nfds_t n, const timespec* limit) noexcept;
#else
inline void read_ahead(int) noexcept {}
inline void hold_end(int, bool) noexcept {}
inline bool end_is_held(int) noexcept {
  return false;
}
inline int poll_ahead(pollfd* fds, nfds_t n, const timespec* limit) noexcept {
  return ::ppoll(fds, n, limit, nullptr);
}
#endif

}  // namespace pysshrp::ssh
