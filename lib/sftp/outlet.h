#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/backlog.h"

namespace pysshrp::sftp {

/// What goes out in one direction. Nothing ever comes to stand inside a frame that is only half through: its other half
/// would be taken for frames.
class Outlet {
 public:
  /// A frame of the filter's own; it waits for the end of one that is half through.
  void say(std::span<const char> frame) { (left_ > 0 ? later_ : ready_).append(frame, false); }
  /// A frame up to its payload, of which so many bytes are to pass.
  void start(std::span<const char> head, std::uint32_t payload) {
    ready_.append(head, false);
    left_ = payload;
  }
  /// Bytes of that payload.
  void pass(std::span<const char> bytes) {
    ready_.append(bytes, false);
    left_ -= bytes.size();
    if (left_ == 0) release();
  }

  // What is to be written now, as of a Backlog.
  std::size_t size() const noexcept { return ready_.size(); }
  Piece front() const noexcept { return ready_.front(); }
  void pop(std::size_t n) noexcept { ready_.pop(n); }
  /// Forgets all, but not that a frame is half through.
  void clear() noexcept {
    ready_.clear();
    later_.clear();
  }
  std::size_t waiting() const noexcept { return later_.size(); }
  std::size_t held() const noexcept { return ready_.size() + later_.size(); }

 private:
  void release() {
    for (; later_.size() > 0; later_.pop(later_.front().bytes.size())) ready_.append(later_.front().bytes, false);
  }

  Backlog ready_, later_;
  std::size_t left_ = 0;  ///< of the payload that passes
};

}  // namespace pysshrp::sftp
