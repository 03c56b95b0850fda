#pragma once
#include <string>
#include <string_view>

/// ASCII only, whatever the locale: every other byte is neither a letter nor a digit and stays as it is.
namespace pysshrp {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
inline std::string lowered(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = lower(c);
  return out;
}
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
constexpr bool is_hex(char c) noexcept {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

}  // namespace pysshrp
