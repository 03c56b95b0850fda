#include "config/user.h"

#include <algorithm>
#include <cstddef>

namespace pysshrp::config {
namespace {

constexpr std::string_view kClasses = "dDsSwW";

/// Whether a class such as the `d` of `\d` is meant that stands at `at`: `+` and the like come behind it, or nothing
/// does. In `CORP\dave` none is.
bool is_class(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size() || kClasses.find(text[at]) == kClasses.npos) return false;
  return at + 1 == text.size() || std::string_view{"+*?{$)"}.find(text[at + 1]) != std::string_view::npos;
}

/// Whether what starts with `slashes` backslashes goes on as a class.
bool has_class_behind(std::string_view text, std::string_view slashes) noexcept {
  for (auto at = text.find(slashes); at != text.npos; at = text.find(slashes, at + 1))
    if (is_class(text, at + slashes.size())) return true;
  return false;
}

/// No name that a system would give has any of this.
bool is_like_a_pattern(std::string_view name) noexcept {
  const bool is_enclosed =
      name.starts_with("r'") || name.starts_with("r\"") || (name.starts_with('/') && name.ends_with('/'));
  return is_enclosed || name.find_first_of("*?()[]{}|^") != name.npos || name.find(".+") != name.npos ||
         has_class_behind(name, "\\");
}

/// Where the character class that begins at `at` ends. A `]` that is its first character does not end it.
std::size_t end_of_class(std::string_view pattern, std::size_t at) noexcept {
  std::size_t first = at + 1;
  if (pattern.substr(first).starts_with('^')) ++first;
  if (pattern.substr(first).starts_with(']')) ++first;
  for (std::size_t i = first; i < pattern.size(); ++i) {
    if (pattern[i] == ']') return i;
    if (pattern[i] == '\\') ++i;
  }
  return pattern.size();
}

/// Whether a `|` outside all parentheses has a part behind it without a `^` of its own.
bool is_divided(std::string_view pattern) noexcept {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\')
      ++at;
    else if (pattern[at] == '[')
      at = end_of_class(pattern, at);
    else if (pattern[at] == '(')
      ++depth;
    else if (pattern[at] == ')' && depth > 0)
      --depth;
    else if (pattern[at] == '|' && depth == 0 && !pattern.substr(at + 1).starts_with('^'))
      return true;
  }
  return false;
}

std::string_view note_pattern(std::string_view pattern) noexcept {
  if (is_divided(pattern))
    return "note: the '|' divides the whole expression, so that a '$' holds for its last part alone: ^(a|b)$ keeps it "
           "together";
  if (has_class_behind(pattern, "\\\\"))
    return "note: two backslashes are a backslash in the name: a digit is \\d, with one";
  return {};
}

}  // namespace

std::string_view note_user(std::string_view user) noexcept {
  if (user.starts_with('^')) return note_pattern(user);
  if (is_like_a_pattern(user))
    return "note: is an exact name, since it does not start with '^': an expression does, without slashes or quotes "
           "around it, as ^web\\d+$";
  if (user.find(',') != user.npos)
    return "note: is one name, with the comma: several are an expression, as ^(a|b)$, or have a [server NAME] each";
  return {};
}

}  // namespace pysshrp::config
