#include "log/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace pysshrp::log {
namespace {

constexpr std::string_view kCut = "...";

struct Range {
  char32_t first, last;
};

/// Characters that would forge or hide a part of the line (Unicode 15: Cc, Cf of Bidi and layout, Zl, Zp), and
/// surrogates.
constexpr std::array kUnfit{Range{0x80, 0x9f},     Range{0xad, 0xad},     Range{0x61c, 0x61c},
                            Range{0x180e, 0x180e}, Range{0x200b, 0x200f}, Range{0x2028, 0x202e},
                            Range{0x2060, 0x206f}, Range{0xd800, 0xdfff}, Range{0xfeff, 0xfeff},
                            Range{0xfff9, 0xfffb}, Range{0xfffe, 0xffff}, Range{0xe0000, 0xe007f}};

/// The length of the UTF-8 character (RFC 3629) that `text` begins with; 0 when there is none or it is unfit for a
/// line.
std::size_t fit_character(std::string_view text) {
  static constexpr std::array<char32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};  // by length: less is overlong
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  char32_t code = lead & (0x7fU >> length);
  for (const char c : text.substr(1, length - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) != 0x80) return 0;
    code = code << 6U | (byte & 0x3fU);
  }
  if (code < kSmallest[length] || code > 0x10ffff) return 0;
  const bool unfit =
      std::any_of(kUnfit.begin(), kUnfit.end(), [&](Range r) { return r.first <= code && code <= r.last; });
  return unfit ? 0 : length;
}

std::string octal(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const auto digit = [&](unsigned shift) { return static_cast<char>('0' + (byte >> shift & 7U)); };
  return {'\\', digit(6), digit(3), digit(0)};
}

/// `text` shortened to `most` bytes, never inside a character.
std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
  return text.replace(end, text.npos, kCut);
}

/// PYSSHRP_BYTES_UP as bytes_up.
std::string key(std::string_view field) {
  std::string out{field.substr(std::string_view{"PYSSHRP_"}.size())};
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string quoted(const std::string& value) {
  if (!value.empty() && value.find_first_of(" \"=") == value.npos) return value;
  std::string out = "\"";
  for (const char c : value) out += c == '"' ? octal(c) : std::string{c};
  return out + '"';
}

}  // namespace

std::string printable(std::string_view text, std::size_t most, std::string_view also) {
  std::string out;
  std::size_t whole = 0;  // how much of `out` may stay when the end has to make room for kCut
  while (!text.empty()) {
    const std::size_t length = also.find(text.front()) == also.npos ? fit_character(text) : 0;
    const std::string piece = length == 0            ? octal(text.front())
                              : text.front() == '\\' ? "\\\\"
                                                     : std::string{text.substr(0, length)};
    if (out.size() + piece.size() > most) return out.replace(whole, out.npos, kCut);
    out += piece;
    if (out.size() + kCut.size() <= most) whole = out.size();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string for_terminal(std::string_view text, std::string_view kept) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = kept.find(text.front()) == kept.npos ? fit_character(text) : 1;
    out += length == 0 ? octal(text.front()) : std::string{text.substr(0, length)};
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string line(const Record& record) {
  std::string out = record.message;
  for (std::size_t i = record.said; i < record.fields.size(); ++i) {
    const auto& [name, value] = record.fields[i];
    out += ' ' + key(name) + '=' + quoted(value);
  }
  return shortened(std::move(out), kLineMost);
}

}  // namespace pysshrp::log
