#pragma once
#include <algorithm>
#include <string>
#include <string_view>

#include "base/utf8.h"

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
  const std::size_t size = whole_characters(text, kMost);
  return '\'' + std::string{text.substr(0, size)} + (size < text.size() ? "...'" : "'");
}

/// Neither C0 controls nor DEL; a tab is one of them.
constexpr bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
}

}  // namespace pysshrp::config
