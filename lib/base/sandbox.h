#pragma once
#include "base/result.h"

namespace pysshrp::sandbox {

// The rights that a handler gives up by itself, whoever started it. Each step is irreversible. seccomp(2) allows a list
// of system calls in each phase, see base/allowed_calls.h; landlock(7) refuses access to objects. A kernel without
// Landlock (before Linux 5.13) is accepted; one without seccomp is an error.

// The sanitizers need system calls that the sandbox refuses.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kPossible = false;
#else
inline constexpr bool kPossible = true;
#endif

/// At the start: no new privileges, no core dumps, no ptrace(2) by other processes of the same user. Other handlers run
/// as this user, and passwords pass through this process.
void seal() noexcept;

/// Before the first byte of a load balancer, whose header is read before the client is counted: what any login may
/// need, and locks. A step of its own because a login must not lock: who sets locks shuts others out.
Status enter_proxy_header();

/// Which file access a login needs.
enum class Files { read, read_and_write };

/// The monitor, before the client's first byte. Still allowed: to read files, with Files::read_and_write to create and
/// append to them, to resolve names and to connect to the upstream. No longer: to start programs or to touch other
/// processes.
Status enter_login(Files files);

/// The front, before the client's first byte. Still allowed: to use open descriptors, and to take more from the
/// monitor. No longer: to open files, to create or connect sockets, but for pairs; to pass descriptors.
Status enter_front();

/// The front, when both sides are logged in. Still allowed: to use open descriptors. No longer: to open files, to create or
/// connect sockets, to pass descriptors. Holds for all threads.
Status enter_relay();

}  // namespace pysshrp::sandbox
