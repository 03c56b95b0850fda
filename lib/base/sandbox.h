#pragma once

namespace pysshrp::sandbox {

// What a handler gives up by itself, in microseconds, whoever has started it. Each step is for good, and holds for
// whoever takes the process over. A kernel without a part of it (Landlock came with Linux 5.13) goes on without.

// The sanitizers look at a process through what is taken away here.
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

/// Before the client's first byte: no program and no process is started and no other one touched (seccomp(2)); no file
/// is executed, nor, with Files::read, written, made or removed (landlock(7)).
void enter_login(Files files) noexcept;

/// When both sides are logged in: no file is opened (landlock(7)), and no socket of the Internet made (seccomp(2)).
/// What is open remains, and the local sockets of the log may be made again.
void enter_relay() noexcept;

}  // namespace pysshrp::sandbox
