#pragma once
#include <cstddef>
#include <string_view>

namespace pysshrp {

/// A character of UTF-8 and the number of its bytes.
struct Utf8Character {
  char32_t code = 0;
  std::size_t size = 0;  ///< 0: there is none
};

/// The well-formed character (RFC 3629) that `text` begins with: no overlong form, no surrogate, nothing above
/// U+10FFFF. Size 0 where there is none, also for an empty text.
Utf8Character first_character(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

/// The length of the longest beginning of `text` that has at most `most` bytes and cuts no character.
std::size_t whole_characters(std::string_view text, std::size_t most) noexcept;

}  // namespace pysshrp
