#pragma once
#include <cstddef>
#include <cstdint>

namespace pysshrp::memory {

// Bounds the memory of a connection: the sum of all that malloc has given out, to any library and for both directions.
// Each phase has one bound. RLIMIT_DATA, a little higher, ends a library call that allocates without end. Not of the
// monitor, which reads nothing of a peer's but its password: how much memory a hash like yescrypt needs, its parameters
// say.

/// Bound of a login, in bytes beyond what the process has when it begins: two key exchanges, a file of keys, queued requests.
inline constexpr std::size_t kLogin = std::size_t{16} << 20;
/// Bound of a session in bytes. libssh keeps a buffer per channel and direction, up to 2 MiB, and never shrinks it:
/// fifty channels that copy both ways need some 200 MiB. A peer that exceeds the bound ignores its windows.
inline constexpr std::size_t kSession = std::size_t{384} << 20;
/// How many bytes all channels of a session may hold, both ways, before the relay reads less: about twenty-five
/// channels whose readers have stopped, 1.5 MiB each. libssh may use twice as much for them.
inline constexpr std::size_t kHeldInSession = std::size_t{40} << 20;

/// The text for the record and the client.
inline constexpr const char* kExceeded = "the connection needs more memory than one may have";

/// The bound of one phase, from its construction on. The next phase's bound replaces it.
class Bound {
 public:
  /// Allows `bytes` more than are in use now.
  explicit Bound(std::size_t bytes) noexcept;
  /// `bytes` and `packets`: everything received so far. Measures only after enough new input.
  bool is_exceeded(std::uint64_t bytes, std::uint64_t packets) noexcept;

 private:
  std::size_t limit_;
  std::uint64_t looked_at_ = 0;
};

}  // namespace pysshrp::memory
