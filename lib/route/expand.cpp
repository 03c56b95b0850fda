#include "route/expand.h"

#include <string.h>

#include <optional>

#include "base/ascii.h"
#include "config/text.h"

namespace pysshrp::route {
namespace {

constexpr std::string_view kOpen = "\\g<";

/// A reference as it stands in a text.
struct Written {
  std::string_view group;
  std::size_t length;  ///< with all that is around the group
};

/// The reference that `text`, which starts with a backslash, starts with; nothing if that is literal.
Result<std::optional<Written>> leading_reference(std::string_view text) {
  if (text.size() > 1 && is_digit(text[1])) {
    const std::size_t digits = text.size() > 2 && is_digit(text[2]) ? 2 : 1;
    return std::optional{Written{text.substr(1, digits), 1 + digits}};
  }
  if (!text.starts_with(kOpen)) return std::optional<Written>{};
  const std::size_t close = text.find('>');
  if (close == text.npos) return Error{"'\\g<' without '>'"};
  return std::optional{Written{text.substr(kOpen.size(), close - kOpen.size()), close + 1}};
}

Error no_such_group(std::string_view group) {
  return Error{"the pattern of this server has no group " + config::in_quotes(group)};
}

/// What a reference expands to: of several groups with one name the first that captured something.
Result<std::string_view> captured(std::string_view group, const Captures& captures) {
  bool known = false;
  for (std::size_t number = 0; number < captures.size(); ++number) {
    if (!refers_to(group, number, captures[number].name)) continue;
    if (captures[number].text) return std::string_view{*captures[number].text};
    known = true;
  }
  if (!known) return no_such_group(group);
  return std::string_view{};
}

Secret join(const std::vector<std::string_view>& texts) {
  std::size_t size = 0;
  for (const auto each : texts) size += each.size();
  std::string text;
  text.reserve(size);  // so that no growing leaves a copy behind
  for (const auto each : texts) text += each;
  Secret joined{text};
  explicit_bzero(text.data(), text.size());
  return joined;
}

}  // namespace

Result<std::vector<Part>> split(std::string_view text) {
  std::vector<Part> parts;
  std::size_t literal = 0;  // where the text that is not yet in a part starts
  for (std::size_t at = text.find('\\'); at != text.npos; at = text.find('\\', at)) {
    const auto reference = PYSSHRP_TRY(leading_reference(text.substr(at)));
    if (!reference) {
      ++at;
      continue;
    }
    if (at > literal) parts.push_back(Literal{text.substr(literal, at - literal)});
    parts.push_back(Reference{reference->group});
    at += reference->length;
    literal = at;
  }
  if (literal < text.size()) parts.push_back(Literal{text.substr(literal)});
  return parts;
}

Status check_references(std::string_view text, const Pattern& pattern) {
  const auto parts = PYSSHRP_TRY(split(text));
  for (const Part& part : parts) {
    const auto* reference = std::get_if<Reference>(&part);
    if (reference && !pattern.has_group(reference->group)) return no_such_group(reference->group);
  }
  return {};
}

Status check_no_reference(std::string_view text) {
  if (text.find(kOpen) == text.npos) return {};
  return Error{"'\\g<' needs a user that is a pattern and starts with '^'"};
}

Result<Secret> expand(std::string_view text, const Captures& captures, Validator validate) {
  const auto parts = PYSSHRP_TRY(split(text));
  std::vector<std::string_view> texts;
  for (const Part& part : parts) {
    if (const auto* literal = std::get_if<Literal>(&part)) {
      texts.push_back(literal->text);
    } else if (const auto* reference = std::get_if<Reference>(&part)) {
      const auto capture = PYSSHRP_TRY(captured(reference->group, captures));
      PYSSHRP_TRY(validate(capture));
      texts.push_back(capture);
    }
  }
  return join(texts);
}

}  // namespace pysshrp::route
