#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace pysshrp::ssh {

/// Silences libssh, which would write to stderr, or sends its warnings to `sink`. Once, before anything else here.
void set_library_log(std::function<void(std::string_view)> sink);

/// While it lives, keeps the first thing that libssh finds wrong with a key exchange: when it closes the socket over
/// it, its own error soon says only that the socket is closed. One at a time.
class FaultWatch {
 public:
  /// `first` outlives it, and is left alone once it has something.
  explicit FaultWatch(std::string& first) noexcept;
  FaultWatch(const FaultWatch&) = delete;
  FaultWatch& operator=(const FaultWatch&) = delete;
  ~FaultWatch();
};

/// While it lives, counts the login attempts that libssh takes in (RFC 4252, section 5): those that it cannot read, or
/// whose signature does not verify, it neither hands on nor answers. One at a time.
class AttemptWatch {
 public:
  AttemptWatch() noexcept;
  AttemptWatch(const AttemptWatch&) = delete;
  AttemptWatch& operator=(const AttemptWatch&) = delete;
  ~AttemptWatch();
  unsigned seen() const noexcept { return counts_.seen; }
  /// Those that libssh has refused by itself, which are not among them: gssapi-with-mic.
  unsigned refused() const noexcept { return counts_.refused; }

  struct Counts {
    unsigned seen = 0, refused = 0;
  };

 private:
  Counts counts_;
};

/// The version of libssh in use, and what it was built with: `0.10.6/openssl/zlib`.
std::string library_version();

}  // namespace pysshrp::ssh
