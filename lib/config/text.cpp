#include "config/text.h"

#include <array>

namespace pysshrp::config {
namespace {

/// RFC 3629 section 4: lead bytes, how many bytes follow, and between which the first of these lies.
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

bool between(char c, unsigned char low, unsigned char high) noexcept {
  return static_cast<unsigned char>(c) >= low && static_cast<unsigned char>(c) <= high;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto form = std::find_if(kForms.begin(), kForms.end(),
                                   [&](const Form& f) { return between(text.front(), f.first, f.last); });
    if (form == kForms.end() || text.size() <= form->follow) return false;
    if (form->follow > 0 && !between(text[1], form->low, form->high)) return false;
    for (std::size_t i = 2; i <= form->follow; ++i)
      if (!between(text[i], 0x80, 0xbf)) return false;
    text.remove_prefix(form->follow + 1);
  }
  return true;
}

}  // namespace pysshrp::config
