#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sftp/wire.h"

namespace pysshrp::sftp {

/// Cuts a stream into frames: `uint32 length, byte type, ...`. Frames are bounded and gathered whole, except for the
/// streamed type (WRITE or DATA): only its fields before the payload are gathered. If DATA is streamed, a NAME that is
/// too long is gathered up to its id only. The caller reads the payload from the stream.
class Frames {
 public:
  explicit Frames(Type streamed) : streamed_(streamed) {}

  /// Takes bytes until a frame is ready. Returns the number taken.
  std::size_t parse(std::span<const char> bytes);
  bool ready() const noexcept { return fault_.empty() && gathered_.size() == wanted_ && wanted_ >= kShortest; }
  bool begun() const noexcept { return !gathered_.empty(); }
  std::string_view fault() const noexcept { return fault_; }

  // The frame; only when ready().
  Type type() const noexcept { return static_cast<Type>(gathered_[4]); }
  bool is_streamed() const noexcept { return type() == streamed_; }
  bool is_long() const noexcept { return !is_streamed() && payload_ > 0; }
  std::string_view body() const noexcept { return std::string_view{gathered_}.substr(5); }  ///< after the type
  std::uint32_t payload() const noexcept { return payload_; }  ///< bytes that follow it in the stream
  std::uint32_t surplus() const noexcept { return surplus_; }  ///< bytes of the frame after its payload, to be dropped
  void next();

 private:
  static constexpr std::size_t kHead = 5, kShortest = kHead + 4;  ///< an id, or a version
  void read_length();
  void read_streamed_fields();

  Type streamed_;
  std::string gathered_, fault_;
  std::size_t wanted_ = kHead;
  std::uint32_t payload_ = 0, surplus_ = 0;
};

}  // namespace pysshrp::sftp
