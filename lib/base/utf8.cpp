#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace pysshrp {
namespace {

/// RFC 3629, section 4: lead bytes, how many bytes follow, and between which the first of these lies.
struct Form {
  unsigned char first, last;
  std::size_t follow;
  unsigned char low, high;
};
constexpr std::array<Form, 9> kForms{{{0x00, 0x7f, 0, 0, 0},
                                      {0xc2, 0xdf, 1, 0x80, 0xbf},
                                      {0xe0, 0xe0, 2, 0xa0, 0xbf},
                                      {0xe1, 0xec, 2, 0x80, 0xbf},
                                      {0xed, 0xed, 2, 0x80, 0x9f},
                                      {0xee, 0xef, 2, 0x80, 0xbf},
                                      {0xf0, 0xf0, 3, 0x90, 0xbf},
                                      {0xf1, 0xf3, 3, 0x80, 0xbf},
                                      {0xf4, 0xf4, 3, 0x80, 0x8f}}};

constexpr unsigned char byte(char c) noexcept {
  return static_cast<unsigned char>(c);
}

constexpr bool is_between(char c, unsigned char low, unsigned char high) noexcept {
  return byte(c) >= low && byte(c) <= high;
}

constexpr bool continues(char c) noexcept {
  return (byte(c) & 0xc0U) == 0x80U;
}

}  // namespace

Utf8Character first_character(std::string_view text) noexcept {
  if (text.empty()) return {};
  const auto* const form = std::find_if(kForms.begin(), kForms.end(),
                                        [&](const Form& f) { return is_between(text.front(), f.first, f.last); });
  if (form == kForms.end() || text.size() <= form->follow) return {};
  if (form->follow > 0 && !is_between(text[1], form->low, form->high)) return {};
  // A lead byte has as many bits of the character as its length leaves: 7, 5, 4, 3.
  char32_t code = form->follow == 0 ? byte(text.front()) : byte(text.front()) & (0x3fU >> form->follow);
  for (std::size_t i = 1; i <= form->follow; ++i) {
    if (!continues(text[i])) return {};
    code = code << 6U | (byte(text[i]) & 0x3fU);
  }
  return {code, form->follow + 1};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t size = first_character(text).size;
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t whole_characters(std::string_view text, std::size_t most) noexcept {
  if (text.size() <= most) return text.size();
  while (most > 0 && continues(text[most])) --most;
  return most;
}

}  // namespace pysshrp
