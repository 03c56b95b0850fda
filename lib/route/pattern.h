#pragma once
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/handle.h"
#include "base/result.h"

namespace pysshrp::route {

/// Whether the text of a `user` key is a pattern; else it is an exact name.
inline bool is_pattern(std::string_view user) noexcept {
  return user.starts_with('^');
}

/// One group of a pattern and what it captured. Group 0 is the whole match.
struct Capture {
  std::string name;                 ///< empty: the group has only its number
  std::optional<std::string> text;  ///< nothing: the group took no part in the match
};
using Captures = std::vector<Capture>;  // by number

/// Whether `group`, as written between `\g<` and `>`, means the group with this number and name.
bool refers_to(std::string_view group, std::size_t number, std::string_view name) noexcept;

/// A PCRE2 regular expression, matched like Python's re.match: from the start of the name, open at the end without `$`.
/// Without JIT, because the units forbid memory that is writable and executable.
class Pattern {
 public:
  /// The Error says what is wrong and at which offset.
  static Result<Pattern> compile(std::string_view text);

  /// Nothing when the name does not match. An Error, which names the pattern, when that could not be told within the
  /// limits. `name` is valid UTF-8.
  Result<std::optional<Captures>> match(std::string_view name) const;

  /// The names of all groups by number, empty for a group without one; group 0 is the first.
  const std::vector<std::string>& groups() const noexcept { return groups_; }
  bool has_group(std::string_view group) const noexcept;
  const std::string& text() const noexcept { return text_; }

 private:
  using Regex = std::unique_ptr<pcre2_code, Releaser<pcre2_code_free>>;
  Pattern(std::string_view text, Regex regex);
  std::string text_;
  Regex regex_;
  std::vector<std::string> groups_;
};

/// The version of PCRE2 in use.
std::string engine_version();

}  // namespace pysshrp::route
