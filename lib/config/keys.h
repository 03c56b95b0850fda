#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace pysshrp::config {

/// Where a key may stand.
enum class Where {
  pysshrp,  ///< in [pysshrp]
  server,   ///< in [server NAME] only
  shared    ///< in [server NAME] and, for all of them, in [defaults]
};

/// One key of the configuration. From this table come parsing, --check, --explain's order, and what the man page must
/// document.
struct Key {
  std::string_view name;
  Where where;
  /// Whether a text is good for it. The Error quotes the text, unless the key is secret.
  Status (*check)(std::string_view text);
  std::string_view standard;  ///< what holds where it is missing, in the words of the manual
  bool captures;  ///< `\g<name>` of the user's pattern may stand in it; then only its expansion can be checked
  bool secret;
  std::string_view meaning;
};

/// In the order of the manual.
std::span<const Key> keys() noexcept;

/// The key of that name that stands in such sections; `shared` finds what is good in [defaults], `server` also what is
/// good in [server NAME].
const Key* find_key(Where section, std::string_view name) noexcept;

/// Whether its value is a comma-separated list.
bool is_list(const Key& key) noexcept;

/// What to tell somebody whose key is not one of `section`: where it belongs, where it went, or which one he may have
/// meant.
std::string explain_unknown(Where section, std::string_view name);

/// Whether `\g<` or `\` and a digit stands in it.
bool has_captures(std::string_view text) noexcept;

}  // namespace pysshrp::config
