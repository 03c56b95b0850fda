#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>

namespace pysshrp::sftp {

/// Counts unanswered SFTP requests and their bytes: every request has one answer (draft-ietf-secsh-filexfer-02,
/// section 3). Clients that send without waiting (PuTTY, WinSCP) make OpenSSH's sftp-server read more than it
/// processes, and it then moves all buffered input with every read. If the stream is not SFTP it is never full.
class Unanswered {
 public:
  void asked(std::span<const char> bytes);
  void answered(std::span<const char> bytes);
  /// Whether further requests should wait for answers.
  bool is_full() const noexcept { return counts_ && (bytes_ >= kMost || sizes_.size() >= kMostRequests); }
  /// Stops counting.
  void give_up() noexcept { counts_ = false; }

 private:
  /// Twice the window of OpenSSH's sshd, so that a long round trip does not slow transfers down.
  static constexpr std::size_t kMost = std::size_t{4} << 20, kMostRequests = 8192;

  /// One direction, cut into frames: `uint32 length, byte type, ...`.
  struct Frames {
    std::array<char, 4> length = {};  ///< of the one that has begun, as far as it is read
    std::size_t length_read = 0;      ///< bytes of that field
    std::uint32_t left = 0;           ///< bytes that are still to come of it
  };
  template <typename Begun>
  void cut(Frames& frames, std::span<const char> bytes, Begun begun);

  Frames up_, down_;
  std::deque<std::uint32_t> sizes_;
  std::size_t bytes_ = 0;
  bool counts_ = true;
};

}  // namespace pysshrp::sftp
