#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "ssh/banners.h"

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

/// The words for a peer whose maximum packet is no use.
inline constexpr const char* kTinyPackets = "the maximum packet of a channel is too small (RFC 4254, section 5.1)";

/// What to do about a write that never ends: it does not return. Once, before the first channel.
void set_endless_write_handler(std::function<void()> end_process);

/// While it lives, a write on a channel sends at most so many packets: libssh goes on for ever with a peer whose
/// maximum packet (RFC 4254, section 5.1) holds nothing, and neither shows that number nor can be stopped. One at a
/// time.
class PacketWatch {
 public:
  /// `sent` counts the packets of the session.
  PacketWatch(const std::uint64_t& sent, std::uint64_t limit) noexcept;
  PacketWatch(const PacketWatch&) = delete;
  PacketWatch& operator=(const PacketWatch&) = delete;
  ~PacketWatch();

  struct Bound {
    const std::uint64_t* sent = nullptr;
    std::uint64_t limit = 0;
  };
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

/// While it lives, each banner that libssh takes in is noted there; with null none is. Only inside an AttemptWatch, for
/// whose sake libssh logs them. One at a time.
class BannerWatch {
 public:
  explicit BannerWatch(Banners* banners) noexcept;
  BannerWatch(const BannerWatch&) = delete;
  BannerWatch& operator=(const BannerWatch&) = delete;
  ~BannerWatch();
};

/// The version of libssh in use, and what it was built with: `0.10.6/openssl/zlib`.
std::string library_version();

}  // namespace pysshrp::ssh
