#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace pysshrp::auth {

/// As much of a text as fits into a note.
inline std::string excerpt(std::string_view text) {
  constexpr std::size_t kMost = 40;
  return text.size() <= kMost ? std::string{text} : std::string{text.substr(0, kMost)} + "...";
}

}  // namespace pysshrp::auth
