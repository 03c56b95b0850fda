#pragma once

namespace pysshrp::ssh {

/// From now on what libssh reads from this socket, in pieces of 4 KiB with a poll(2) for each, is taken from the kernel
/// in pieces of 64 KiB. Until it is closed. Two sockets at a time. Without PYSSHRP_READ_AHEAD nothing changes.
#ifdef PYSSHRP_READ_AHEAD
void read_ahead(int socket) noexcept;
#else
inline void read_ahead(int) noexcept {}
#endif

}  // namespace pysshrp::ssh
