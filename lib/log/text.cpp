#include "log/text.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/utf8.h"

namespace pysshrp::log {
namespace {

constexpr std::string_view kCut = "...";

struct Range {
  char32_t first, last;
};

/// Characters that could forge or hide a part of the line (Unicode 15: Cc, Zl, Zp, the Cf of bidirectional text and
/// layout), and surrogates.
constexpr std::array kUnfit{Range{0, 0x1f},         Range{0x7f, 0x9f},     Range{0xad, 0xad},     Range{0x61c, 0x61c},
                            Range{0x180e, 0x180e},  Range{0x200b, 0x200f}, Range{0x2028, 0x202e}, Range{0x2060, 0x206f},
                            Range{0xd800, 0xdfff},  Range{0xfeff, 0xfeff}, Range{0xfff9, 0xfffb}, Range{0xfffe, 0xffff},
                            Range{0xe0000, 0xe007f}};

/// The length of the UTF-8 character that `text` begins with; 0 if there is none or it is one of kUnfit.
std::size_t fit_character(std::string_view text) {
  const auto [code, size] = first_character(text);
  const bool unfit =
      std::any_of(kUnfit.begin(), kUnfit.end(), [code = code](Range r) { return r.first <= code && code <= r.last; });
  return unfit ? 0 : size;
}

std::string octal(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const auto digit = [&](unsigned shift) { return static_cast<char>('0' + (byte >> shift & 7U)); };
  return {'\\', digit(6), digit(3), digit(0)};
}

/// `text`, cut to at most `most` bytes between two characters.
std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  return text.replace(whole_characters(text, most - kCut.size()), text.npos, kCut);
}

/// The key of a field: PYSSHRP_BYTES_UP becomes bytes_up.
std::string key(std::string_view field) {
  return lowered(field.substr(std::string_view{"PYSSHRP_"}.size()));
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
  for (std::size_t i = record.fields_in_message; i < record.fields.size(); ++i) {
    const auto& [name, value] = record.fields[i];
    out += ' ' + key(name) + '=' + quoted(value);
  }
  return shortened(std::move(out), kMaxLine);
}

}  // namespace pysshrp::log
