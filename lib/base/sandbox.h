#pragma once
#include "base/result.h"

namespace pysshrp::sandbox {

// What a handler gives up by itself, in microseconds, whoever has started it. Each step is for good, and holds for
// whoever takes the process over. seccomp(2) allows a list of system calls in each phase, see base/allowed_calls.h, and
// landlock(7) refuses objects. A kernel without Landlock (before Linux 5.13) goes on without; one without seccomp is an
// error.

// The sanitizers need system calls that are taken away here.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kPossible = false;
#else
inline constexpr bool kPossible = true;
#endif

/// At the start: no new privileges, no core dump, no look from other processes of the same user, which other handlers
/// are. Passwords pass through here.
void seal() noexcept;

/// What may be done with files until the user is logged in.
enum class Files { read, read_and_write };

/// Before the client's first byte: files are read and, with Files::read_and_write, made and appended to; names
/// are resolved and the upstream is reached. No program and no process is started, and no other process is touched.
Status enter_login(Files files);

/// When both sides are logged in: bytes move over what is open. No file is opened, no socket is made or connected, and
/// no descriptor is sent or received. Holds for all threads.
Status enter_relay();

}  // namespace pysshrp::sandbox
