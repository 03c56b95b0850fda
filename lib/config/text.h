#pragma once
#include <algorithm>
#include <string>
#include <string_view>

namespace pysshrp::config {

constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

/// Without the spaces and tabs at both ends.
constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// As a message quotes it: of a very long text the beginning, whole characters of UTF-8.
inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t kMost = 200;
  std::size_t size = std::min(text.size(), kMost);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
  return '\'' + std::string{text.substr(0, size)} + (size < text.size() ? "...'" : "'");
}

/// Neither C0 controls nor DEL; a tab is one of them.
constexpr bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

}  // namespace pysshrp::config
