#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace pysshrp::auth {

/// ASCII only, whatever the locale.
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = lower(c);
  return out;
}

/// As much of a text as fits into a note.
inline std::string excerpt(std::string_view text) {
  constexpr std::size_t kMost = 40;
  return text.size() <= kMost ? std::string{text} : std::string{text.substr(0, kMost)} + "...";
}

}  // namespace pysshrp::auth
