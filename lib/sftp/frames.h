#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sftp/wire.h"

namespace pysshrp::sftp {

/// Cuts a stream into frames: `uint32 length, byte type, ...`. Frames are gathered whole and bounded, but for one type,
/// WRITE or DATA: of that only the fields before the payload are gathered, the payload is left to the caller.
class Frames {
 public:
  explicit Frames(Type streamed) : streamed_(streamed) {}

  /// Takes bytes until a frame is there; the number taken.
  std::size_t take(std::span<const char> bytes);
  bool ready() const noexcept { return fault_.empty() && gathered_.size() == wanted_ && wanted_ >= kShortest; }
  bool begun() const noexcept { return !gathered_.empty(); }
  std::string_view fault() const noexcept { return fault_; }

  // The frame, when ready.
  Type type() const noexcept { return static_cast<Type>(gathered_[4]); }
  bool is_streamed() const noexcept { return type() == streamed_; }
  std::string_view body() const noexcept { return std::string_view{gathered_}.substr(5); }  ///< behind the type
  std::uint32_t payload() const noexcept { return payload_; }  ///< bytes that follow it in the stream
  std::uint32_t surplus() const noexcept {
    return surplus_;
  }  ///< and after those, bytes of the frame that mean nothing
  void next();

 private:
  static constexpr std::size_t kHead = 5, kShortest = kHead + 4;  ///< an id, or a version
  void judge();
  void judge_streamed();

  Type streamed_;
  std::string gathered_, fault_;
  std::size_t wanted_ = kHead;
  std::uint32_t payload_ = 0, surplus_ = 0;
};

}  // namespace pysshrp::sftp
