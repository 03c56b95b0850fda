#include "sftp/frames.h"

#include <algorithm>

namespace pysshrp::sftp {
namespace {
constexpr std::uint32_t kMaxFrame = 256 * 1024;  // OpenSSH's SFTP_MAX_MSG_LENGTH
constexpr std::uint32_t kMaxHandle = 256;        // section 6.2
constexpr std::size_t kKeep = 4096;              // capacity that the buffer keeps between frames
}  // namespace

std::size_t Frames::parse(std::span<const char> bytes) {
  std::size_t taken = 0;
  while (fault_.empty() && !ready() && taken < bytes.size()) {
    const std::size_t n = std::min(wanted_ - gathered_.size(), bytes.size() - taken);
    gathered_.append(bytes.data() + taken, n);
    taken += n;
    if (gathered_.size() == wanted_) read_length();
  }
  return taken;
}

/// Sets how many bytes to gather, from those gathered so far.
void Frames::read_length() {
  const std::uint32_t length = Reader{gathered_}.u32();
  if (length + std::size_t{4} < kShortest) {
    fault_ = "a frame too short for its fields";
  } else if (type() == streamed_) {
    read_streamed_fields();
  } else if (length > kMaxFrame && type() == Type::name && streamed_ == Type::data) {
    wanted_ = kShortest;
    payload_ = static_cast<std::uint32_t>(length + std::size_t{4} - kShortest);
  } else if (length > kMaxFrame) {
    fault_ = "a frame too long";
  } else {
    wanted_ = length + std::size_t{4};
  }
}

/// DATA: id, string. WRITE: id, string handle, uint64 offset, string.
void Frames::read_streamed_fields() {
  Reader reader{gathered_};
  const std::size_t frame = reader.u32() + std::size_t{4};
  reader.raw(1 + 4);
  std::size_t fields = kShortest + 4;
  if (streamed_ == Type::write && gathered_.size() >= fields) {
    const std::uint32_t handle = reader.u32();
    if (handle > kMaxHandle) fault_ = "a handle too long";
    fields += std::min(handle, kMaxHandle) + std::size_t{8 + 4};
  }
  if (fields > frame) fault_ = "a frame too short for its fields";
  wanted_ = fields;
  if (gathered_.size() < wanted_ || !fault_.empty()) return;
  payload_ = Reader{std::string_view{gathered_}.substr(wanted_ - 4)}.u32();
  // Bytes after the payload are legal: sftp-server ignores them, and rclone sends some with a file's last block.
  if (wanted_ + payload_ > frame)
    fault_ = "a frame that is not as long as its payload";
  else
    surplus_ = static_cast<std::uint32_t>(frame - wanted_ - payload_);
}

void Frames::next() {
  gathered_.clear();
  if (gathered_.capacity() > kKeep) gathered_.shrink_to_fit();
  wanted_ = kHead;
  payload_ = surplus_ = 0;
}

}  // namespace pysshrp::sftp
