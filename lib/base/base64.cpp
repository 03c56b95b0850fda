#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace pysshrp {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kSpaces = " \t\n\v\f\r";

constexpr auto kValues = [] {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int>(i);
  return values;
}();

bool is_space(char c) noexcept {
  return kSpaces.find(c) != kSpaces.npos;
}

/// The padding that must follow this many digits; nothing if no blob has this many.
std::optional<std::string_view> padding_after(std::size_t digits) noexcept {
  switch (digits % 4) {
    case 0:
      return "";
    case 2:
      return "==";
    case 3:
      return "=";
    default:
      return {};
  }
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view base64) {
  std::string blob, padding;
  std::size_t digits = 0;
  std::uint32_t bits = 0;
  for (const char c : base64) {
    if (is_space(c)) continue;
    const int value = kValues[static_cast<unsigned char>(c)];
    if (c == '=' && padding.size() < 2) {
      padding += c;
      continue;
    }
    if (value < 0 || !padding.empty()) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++digits % 4 != 1) blob += static_cast<char>(bits >> (6 - 2 * ((digits - 1) % 4)) & 0xff);
  }
  // Bits beyond the last byte must be 0, so that each blob has only one text.
  const std::uint32_t beyond = digits % 4 == 2 ? 0xf : digits % 4 == 3 ? 0x3 : 0;
  if (padding != padding_after(digits) || (bits & beyond) != 0) return {};
  return blob;
}

std::string encode_base64(std::string_view bytes) {
  constexpr std::size_t kGroup = 3;
  std::string text;
  text.reserve((bytes.size() + kGroup - 1) / kGroup * 4);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kGroup, bytes.size()))) {
    const auto group = bytes.substr(0, kGroup);
    const auto bits = static_cast<std::uint32_t>(load_big_endian(group) << 8 * (kGroup - group.size()));
    for (std::size_t i = 0; i < 4; ++i) text += i <= group.size() ? kAlphabet[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

}  // namespace pysshrp
