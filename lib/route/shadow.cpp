#include "route/shadow.h"

#include <algorithm>

namespace pysshrp::route {
namespace {

/// `^`, `^.*`, `^(?P<name>.+)$` and the like. A user name has at least one character.
bool matches_all(std::string_view pattern) noexcept {
  pattern.remove_prefix(1);
  if (pattern.ends_with('$') && pattern.size() > 1) pattern.remove_suffix(1);
  if (pattern.starts_with('(') && pattern.ends_with(')')) {
    pattern.remove_prefix(1);
    pattern.remove_suffix(1);
    if (pattern.starts_with("?P<") || pattern.starts_with("?<"))
      pattern.remove_prefix(std::min(pattern.size(), pattern.find('>') + 1));
  }
  return pattern.empty() || pattern == ".*" || pattern == ".+";
}

bool is_plain(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '@';
}

}  // namespace

bool covers(std::string_view earlier, std::string_view later) noexcept {
  if (earlier == later || matches_all(earlier)) return true;
  // A plain beginning with an open end. A `|` in the later pattern may lead past its own beginning, and what follows
  // may make that optional.
  const bool plain = std::all_of(earlier.begin() + 1, earlier.end(), is_plain);
  if (!plain || !later.starts_with(earlier) || later.find('|') != later.npos) return false;
  const std::string_view rest = later.substr(earlier.size());
  return rest.empty() || std::string_view{"?*{"}.find(rest.front()) == std::string_view::npos;
}

}  // namespace pysshrp::route
