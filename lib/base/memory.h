#pragma once
#include <cstddef>
#include <cstdint>

namespace pysshrp::memory {

// All that one connection can make this process hold, in either direction and in any library, is one sum: what malloc
// has given out. It has one bound in each phase. The kernel holds a process that is inside a library to little more.

/// What a login may take beyond the configuration: two key exchanges, a file of keys, what waits for an answer.
inline constexpr std::size_t kLogin = std::size_t{16} << 20;
/// What a session may take: libssh keeps a buffer for each channel and direction as large as it once had to be, 2 MiB,
/// so fifty sessions that copy both ways at once come to some 200 MiB. Beyond is a peer that keeps to no window.
inline constexpr std::size_t kSession = std::size_t{384} << 20;
/// What may wait in all channels of a session, both ways, before the relay reads less: some twenty-five whose readers
/// have stopped, 1.5 MiB each. libssh takes up to twice of it.
inline constexpr std::size_t kHeldInSession = std::size_t{40} << 20;

/// The words of record and client.
inline constexpr const char* kExceeded = "the connection needs more memory than one may have";

/// The bound of one phase, from its construction on; the next phase's takes its place.
class Bound {
 public:
  /// So many bytes more than are in use.
  explicit Bound(std::size_t bytes) noexcept;
  /// Looks only if enough has come in to make a difference. `bytes` and `packets`: all that has come in so far.
  bool is_exceeded(std::uint64_t bytes, std::uint64_t packets) noexcept;

 private:
  std::size_t limit_;
  std::uint64_t looked_at_ = 0;
};

/// While it lives the kernel does not bound this process: a hash like yescrypt's takes what its parameters say.
class KernelBoundLifted {
 public:
  KernelBoundLifted() noexcept;
  KernelBoundLifted(const KernelBoundLifted&) = delete;
  KernelBoundLifted& operator=(const KernelBoundLifted&) = delete;
  ~KernelBoundLifted();

 private:
  std::uint64_t limit_;
};

}  // namespace pysshrp::memory
