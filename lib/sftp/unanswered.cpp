#include "sftp/unanswered.h"

#include <algorithm>

#include "base/bytes.h"

namespace pysshrp::sftp {
namespace {

constexpr std::uint32_t kLongest = 16 * 1024 * 1024;  // what claims to be longer is no SFTP

}  // namespace

template <typename Begun>
void Unanswered::cut(Frames& frames, std::span<const char> bytes, Begun begun) {
  while (counts_ && !bytes.empty()) {
    std::size_t n = std::min<std::size_t>(frames.left, bytes.size());
    if (frames.left != 0) {
      frames.left -= static_cast<std::uint32_t>(n);
    } else {
      frames.length[frames.length_read++] = bytes.front();
      n = 1;
      if (frames.length_read == frames.length.size()) {
        const auto length = static_cast<std::uint32_t>(load_big_endian({frames.length.data(), frames.length.size()}));
        if (length == 0 || length > kLongest) return give_up();
        begun(length);
        frames = {.left = length};
      }
    }
    bytes = bytes.subspan(n);
  }
}

void Unanswered::asked(std::span<const char> bytes) {
  cut(up_, bytes, [this](std::uint32_t length) {
    sizes_.push_back(length);
    bytes_ += length;
  });
}

void Unanswered::answered(std::span<const char> bytes) {
  cut(down_, bytes, [this](std::uint32_t) {
    if (sizes_.empty()) return give_up();
    bytes_ -= sizes_.front();
    sizes_.pop_front();
  });
}

}  // namespace pysshrp::sftp
