#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/backlog.h"

namespace pysshrp::sftp {

/// What goes out in one direction: frames of the filter's own, and a run, which is bytes at the front of the source
/// that go on as they lie there. Nothing ever comes to stand inside a frame that is only half through: its other half
/// would be taken for frames.
class Outlet {
 public:
  // For the filter. Everything that is said while there is a run, or a frame half through, waits for the end of both.
  void say(std::span<const char> frame) {
    frames_.append(frame, false);
    release();
  }
  /// A frame up to its payload, of which so many bytes are to follow in the run. `place` is the end of the run, where
  /// the source has these fields; empty when it has them in pieces, and then there is no run yet.
  void start(std::span<const char> head, std::span<char> place, std::uint32_t payload) {
    if (place.empty()) {
      say(head);
    } else {
      std::ranges::copy(head, place.begin());
      run_ += head.size();
    }
    left_ = payload;
  }
  /// Of `n` bytes that the source has behind the run, those of the payload join it: their number.
  std::size_t pass(std::size_t n) noexcept {
    n = std::min(n, left_);
    left_ -= n;
    run_ += n;
    return n;
  }
  bool is_mid_payload() const noexcept { return left_ > 0; }
  std::size_t waiting() const noexcept { return frames_.size() - ready_; }
  std::size_t held() const noexcept { return frames_.size(); }

  // For whoever writes it: first the frames, then the run, from the front of the source.
  /// Valid until the next call of a member that is not const.
  std::span<char> frames() const noexcept {
    if (ready_ == 0) return {};
    const auto bytes = frames_.front().bytes;
    return bytes.first(std::min(bytes.size(), ready_));
  }
  void pop_frames(std::size_t n) noexcept {
    frames_.pop(n);
    ready_ -= n;
  }
  std::size_t run() const noexcept { return run_; }
  void pop_run(std::size_t n) noexcept {
    run_ -= n;
    release();
  }
  /// Forgets all, but not that a payload is half through.
  void clear() noexcept {
    frames_.clear();
    ready_ = run_ = 0;
  }

 private:
  void release() noexcept {
    if (run_ == 0 && left_ == 0) ready_ = frames_.size();
  }

  Backlog frames_;
  std::size_t ready_ = 0;  ///< bytes of them that do not wait
  std::size_t run_ = 0;
  std::size_t left_ = 0;  ///< of the payload that passes
};

}  // namespace pysshrp::sftp
