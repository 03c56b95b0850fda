#include "route/typed.h"

#include <algorithm>
#include <optional>
#include <string>

namespace pysshrp::route {
namespace {

constexpr std::size_t kLongestUserName = 255;

/// Takes one code point off the front of `text`; nothing when it does not start with valid UTF-8 (RFC 3629).
std::optional<char32_t> take_code_point(std::string_view& text) noexcept {
  struct Form {
    unsigned char mask, lead;
    char32_t least;  // what a shorter form could say is invalid
  };
  static constexpr Form kForms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
  const auto first = static_cast<unsigned char>(text.front());
  const auto* form = std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& f) { return (first & f.mask) == f.lead; });
  if (form == std::end(kForms)) return {};
  const auto length = static_cast<std::size_t>(form - std::begin(kForms)) + 1;
  if (text.size() < length) return {};
  char32_t point = first & static_cast<unsigned char>(~form->mask);
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) return {};
    point = point << 6 | (byte & 0x3f);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < form->least || point > 0x10ffff || surrogate) return {};
  text.remove_prefix(length);
  return point;
}

/// C0, DEL and C1: what a terminal or a log would obey instead of show.
bool is_control(char32_t point) noexcept { return point < 0x20 || (point >= 0x7f && point < 0xa0); }

Status judge_printable(std::string_view text) {
  while (!text.empty()) {
    const auto point = take_code_point(text);
    if (!point) return Error{"invalid UTF-8"};
    if (is_control(*point)) return Error{"control characters"};
  }
  return {};
}

}  // namespace

Status judge_user_name(std::string_view name) {
  if (name.size() > kLongestUserName) return Error{"user name of " + std::to_string(name.size()) + " bytes"};
  if (const auto printable = judge_printable(name); !printable) return Error{"user name with " + printable.error().what};
  return {};
}

Status judge_text(std::string_view) { return {}; }

Status judge_path_component(std::string_view capture) {
  const bool plain = !capture.empty() && capture != "." && capture != ".." && capture.find('/') == capture.npos;
  if (!plain || !judge_printable(capture)) return Error{'\'' + std::string{capture} + "' is not one plain path component"};
  return {};
}

}  // namespace pysshrp::route
