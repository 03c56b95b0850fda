#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <memory>
#include <span>

namespace pysshrp {

/// Bytes of one of a channel's two streams (RFC 4254, section 5.2: data, or extended data of type stderr). A filter may
/// change them in place.
struct Piece {
  std::span<char> bytes;
  bool is_stderr = false;
};

/// A queue of bytes that keeps the order of arrival over both streams. Bytes are never moved inside it, and an empty
/// backlog holds no memory.
class Backlog {
 public:
  std::size_t size() const noexcept { return size_; }

  /// Appends room for `n` bytes of one stream. The caller fills it before any other call.
  std::span<char> grow(std::size_t n, bool is_stderr) {
    if (blocks_.empty() || blocks_.back().is_stderr != is_stderr || blocks_.back().capacity - blocks_.back().tail < n) {
      const std::size_t capacity = std::max(n, kBlock);
      blocks_.push_back({std::make_unique_for_overwrite<char[]>(capacity), capacity, 0, 0, is_stderr});
    }
    Block& last = blocks_.back();
    const std::span room{last.bytes.get() + last.tail, n};
    last.tail += n;
    size_ += n;
    return room;
  }
  /// Appends a copy. Fills the last block up first.
  void append(std::span<const char> bytes, bool is_stderr) {
    while (!bytes.empty()) {
      const bool fits = !blocks_.empty() && blocks_.back().is_stderr == is_stderr;
      const std::size_t left = fits ? blocks_.back().capacity - blocks_.back().tail : 0;
      const std::size_t n = std::min(bytes.size(), left != 0 ? left : kBlock);
      std::memcpy(grow(n, is_stderr).data(), bytes.data(), n);
      bytes = bytes.subspan(n);
    }
  }

  /// The oldest bytes, as many as are contiguous. Valid until the next call of a member that is not const. Must not be
  /// called when empty.
  Piece front() const noexcept {
    const Block& first = blocks_.front();
    return {std::span{first.bytes.get() + first.head, first.tail - first.head}, first.is_stderr};
  }
  /// Removes the first `n` bytes of front().
  void pop(std::size_t n) noexcept {
    Block& first = blocks_.front();
    first.head += n;
    size_ -= n;
    if (first.head == first.tail) blocks_.pop_front();
  }
  void clear() noexcept {
    blocks_.clear();
    size_ = 0;
  }

 private:
  /// Two packets as libssh cuts data. One byte more would need a third packet.
  static constexpr std::size_t kBlock = 2 * (32 * 1024 - 10);
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t capacity, head, tail;
    bool is_stderr;
  };
  std::deque<Block> blocks_;
  std::size_t size_ = 0;
};

}  // namespace pysshrp
