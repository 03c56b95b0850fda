#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/backlog.h"

namespace pysshrp::sftp {

/// The output of one direction: frames of the filter's own, then a run, which is a number of bytes at the front of the
/// source that are passed on in place. Output is never interleaved within a frame.
class OutputQueue {
 public:
  // For the filter. Frames that are appended during a run, or inside a payload, wait for its end.
  void append(std::span<const char> frame) { (is_free() ? frames_ : later_).append(frame, false); }
  /// Begins a frame: its fields up to the payload, of which `payload` bytes follow. `place` is where the source has
  /// these fields, right after the run; empty if the source has them in pieces, and then there must be no run.
  void begin_payload(std::span<const char> head, std::span<char> place, std::uint32_t payload) {
    if (place.empty()) {
      append(head);
    } else {
      std::ranges::copy(head, place.begin());
      run_ += head.size();
    }
    left_ = payload;
  }
  /// The source has `n` bytes after the run; those of the payload join the run. Returns how many.
  std::size_t extend_run(std::size_t n) noexcept {
    n = std::min(n, left_);
    left_ -= n;
    run_ += n;
    return n;
  }
  /// Appends payload that does not come from the source. Not while there is a run.
  void append_payload(std::span<const char> bytes) {
    frames_.append(bytes, false);
    left_ -= bytes.size();
    release();
  }
  bool is_mid_payload() const noexcept { return left_ > 0; }
  std::size_t waiting() const noexcept { return later_.size(); }
  std::size_t held() const noexcept { return frames_.size() + later_.size(); }

  // For the writer: first the frames, then the run from the front of the source.
  /// Valid until the next call of a member that is not const.
  std::span<char> frames() const noexcept { return frames_.size() == 0 ? std::span<char>{} : frames_.front().bytes; }
  void pop_frames(std::size_t n) noexcept { frames_.pop(n); }
  std::size_t run() const noexcept { return run_; }
  void pop_run(std::size_t n) {
    run_ -= n;
    release();
  }
  /// Drops all output. A payload that has begun is still expected to end.
  void clear() noexcept {
    frames_.clear();
    later_.clear();
    run_ = 0;
  }

 private:
  bool is_free() const noexcept { return run_ == 0 && left_ == 0; }
  void release() {
    if (!is_free()) return;
    if (frames_.size() == 0) std::swap(frames_, later_);
    for (; later_.size() > 0; later_.pop(later_.front().bytes.size())) frames_.append(later_.front().bytes, false);
  }

  Backlog frames_, later_;  ///< later_: frames that wait for the end of the run or payload
  std::size_t run_ = 0;
  std::size_t left_ = 0;  ///< bytes of the payload that are to come
};

}  // namespace pysshrp::sftp
