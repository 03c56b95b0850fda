#pragma once
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "route/pattern.h"
#include "route/validate.h"

namespace pysshrp::route {

struct Literal {
  std::string_view text;
};
struct Reference {
  std::string_view group;  ///< a name or a number
};
using Part = std::variant<Literal, Reference>;

/// A value as literals and references: `\g<name>`, `\g<0>`, `\1` (one or two digits). Any other backslash is literal.
/// The parts are views into `text`.
Result<std::vector<Part>> split(std::string_view text);

/// Whether every reference in `text` means a group of `pattern`.
Status check_references(std::string_view text, const Pattern& pattern);

/// Whether `text` does without `\g<`, as it must where there is no pattern. `\1` is nothing special there.
Status check_no_reference(std::string_view text);

/// `text` with its references replaced by what the groups captured, nothing for a group that took no part in the match.
/// An Error when there is no such group or `validate` refuses a capture. A Secret, because any value may be one.
Result<Secret> expand(std::string_view text, const Captures& captures, Validator validate);

}  // namespace pysshrp::route
