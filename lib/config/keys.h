#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/key_values.h"

namespace pysshrp::config {

/// Where a key may stand.
enum class Where {
  pysshrp,  ///< in [pysshrp]
  server,   ///< in [server NAME] only
  shared    ///< in [server NAME] and, for all of them, in [defaults]
};

/// What of a user name may land in a value, by `\g<name>` of the pattern.
enum class Capture {
  none,           ///< the value is taken as written
  text,           ///< anything: the value is checked as a whole, once it is expanded
  host_part,      ///< a part of one host
  list_item,      ///< a part of one item of a list
  path_component  ///< one component of a path
};

/// One key of the configuration. All that there is to know of it stands in its row of one table, but for its default,
/// which is its member's: parsing, --check, --explain and what the man page must document are views of it.
struct Key {
  std::string_view name;
  Where where;
  std::string_view meaning;
  Capture capture = Capture::none;
  bool is_secret = false;
  bool is_list = false;  ///< comma-separated
  /// Reads a value. An Error quotes the text, unless the key is secret, and leaves the values as they were. Null where
  /// the key stands elsewhere, or is no value: `include`, `user`.
  Status (*read_setting)(std::string_view text, Settings& settings) = nullptr;
  Status (*read)(std::string_view text, ServerValues& values) = nullptr;
  /// As one would write it; `set` for a secret, empty for nothing. Null where there is nothing to read.
  std::string (*show_setting)(const Settings& settings) = nullptr;
  std::string (*show)(const ServerValues& values) = nullptr;
  /// The reader of one that is no value.
  Status (*read_only)(std::string_view text) = nullptr;
  std::string_view nothing = "none";  ///< what --explain says where there is nothing
  std::string_view standard = {};     ///< the default in the manual, where it is no value

  /// Whether a text is good for it.
  Status check(std::string_view text) const;
  /// What holds where it is missing, in the words of the manual.
  std::string default_text() const;
};

/// In the order of the manual.
std::span<const Key> keys() noexcept;

/// The key of that name that stands in such sections; `shared` finds what is good in [defaults], `server` also what is
/// good in [server NAME].
const Key* find_key(Where section, std::string_view name) noexcept;

/// What to tell somebody whose key is not one of `section`: where it belongs, where it went, or which one he may have
/// meant.
std::string explain_unknown(Where section, std::string_view name);

/// Whether `\g<` or `\` and a digit stands in it.
bool has_captures(std::string_view text) noexcept;

}  // namespace pysshrp::config
