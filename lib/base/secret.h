#pragma once
#include <string.h>

#include <string_view>
#include <vector>

namespace pysshrp {

/// Bytes that are wiped at the end of their life. Movable, not copyable, without a stream operator. Held in a vector,
/// because moving a short std::string leaves its bytes behind.
class Secret {
 public:
  Secret() noexcept = default;
  explicit Secret(std::string_view bytes) {
    bytes_.reserve(bytes.size() + 1);  // at once, because a vector that grows does not wipe its old buffer
    bytes_.assign(bytes.begin(), bytes.end());
    bytes_.push_back('\0');
  }
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&& other) noexcept {
    bytes_.swap(other.bytes_);
    return *this;
  }
  ~Secret() {
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
  }
  std::string_view reveal() const noexcept {
    return bytes_.empty() ? std::string_view{} : std::string_view{bytes_.data(), bytes_.size() - 1};
  }
  const char* c_str() const noexcept { return bytes_.empty() ? "" : bytes_.data(); }
  Secret copy() const { return Secret{reveal()}; }

 private:
  std::vector<char> bytes_;  // with a terminating NUL
};

/// Whether both are equal. The time depends on their lengths only.
inline bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference =
        static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  return difference == 0;
}

}  // namespace pysshrp
