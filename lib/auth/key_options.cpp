#include "auth/key_options.h"

#include <algorithm>

#include "auth/excerpt.h"
#include "auth/key_conditions.h"
#include "base/ascii.h"

namespace pysshrp::auth {
namespace {

constexpr std::string_view kNo = "no-";

/// A right that `NAME` gives and `no-NAME` takes away.
struct Flag {
  std::string_view name;
  bool KeyRights::*right;
};
constexpr Flag kFlags[] = {
    {"pty", &KeyRights::pty},
    {"port-forwarding", &KeyRights::port_forwarding},
    {"agent-forwarding", &KeyRights::agent_forwarding},
    {"x11-forwarding", &KeyRights::x11_forwarding},
    {"user-rc", &KeyRights::user_rc},
};

Error not_understood(std::string_view name) {
  return {"the option \"" + excerpt(name) + "\" is not understood"};
}

Status set_once(std::optional<std::string>& option, const std::string& value, std::string_view name) {
  if (option) return Error{"the option \"" + std::string{name} + "\" stands there twice"};
  option = value;
  return {};
}

Status set_command(KeyOptions& options, const std::string& value) {
  PYSSHRP_TRY(set_once(options.rights.command, value, "command"));
  if (sftp::is_internal_sftp(value)) options.rights.sftp = PYSSHRP_TRY(sftp::parse_server_options(value));
  return {};
}

Status set_from(KeyOptions& options, const std::string& value) {
  return set_once(options.from, value, "from");
}

// Of several the first to come counts.
Status set_expiry(KeyOptions& options, const std::string& value) {
  const auto moment = expiry_time(value);
  if (!moment) return Error{"\"" + excerpt(value) + "\" is no time for expiry-time="};
  options.expires = options.expires ? std::min(*options.expires, *moment) : *moment;
  return {};
}

Status set_principals(KeyOptions& options, const std::string& value) {
  if (!options.principals.empty()) return Error{"the option \"principals\" stands there twice"};
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t comma = std::min(value.find(',', at), value.size());
    options.principals.push_back(value.substr(at, comma - at));
    at = comma + 1;
    if (options.principals.back().empty()) return Error{"principals= has a name that is empty"};
  }
  return {};
}

struct Valued {
  std::string_view name;
  Status (*set)(KeyOptions&, const std::string& value);
};
constexpr Valued kValued[] = {
    {"command", set_command}, {"from", set_from}, {"expiry-time", set_expiry}, {"principals", set_principals}};

/// Takes a quoted value off `rest`. A quote is written \" in it; no other backslash means anything.
Result<std::string> take_quoted(std::string_view& rest, std::string_view name) {
  const Error unquoted{"the value of " + std::string{name} + "= is not in quotes"};
  if (!rest.starts_with('"')) return unquoted;
  std::string value;
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '\0') break;
    if (rest[at] == '"') {
      rest.remove_prefix(at + 1);
      return value;
    }
    if (rest.substr(at).starts_with("\\\"")) ++at;
    value += rest[at];
  }
  return unquoted;
}

Status apply_flag(KeyOptions& options, std::string_view word) {
  const std::string name = lowered(word);
  if (name == "restrict") {
    for (const Flag& flag : kFlags) options.rights.*flag.right = false;
    return {};
  }
  if (name == "cert-authority") {
    options.is_authority = true;
    return {};
  }
  const bool given = !name.starts_with(kNo);
  const auto bare = std::string_view{name}.substr(given ? 0 : kNo.size());
  for (const Flag& flag : kFlags) {
    if (flag.name != bare) continue;
    options.rights.*flag.right = given;
    return {};
  }
  return not_understood(word);
}

Status apply_valued(KeyOptions& options, std::string_view word, std::string_view& rest) {
  const std::string name = lowered(word);
  for (const Valued& option : kValued) {
    if (option.name != name) continue;
    const std::string value = PYSSHRP_TRY(take_quoted(rest, option.name));
    return option.set(options, value);
  }
  return not_understood(word);
}

/// Takes one option off `rest`, up to the comma behind it. Nothing before a comma is none.
Status take_option(KeyOptions& options, std::string_view& rest) {
  const auto word = rest.substr(0, rest.find_first_of(",=\""));
  rest.remove_prefix(word.size());
  if (!rest.starts_with('=')) return apply_flag(options, word);
  rest.remove_prefix(1);
  return apply_valued(options, word, rest);
}

}  // namespace

Result<KeyOptions> parse_key_options(std::string_view text) {
  KeyOptions options;
  while (!text.empty()) {
    PYSSHRP_TRY(take_option(options, text));
    if (text.empty()) break;
    if (!text.starts_with(',')) return not_understood(text);
    text.remove_prefix(1);
    // What stood there may have been cut off.
    if (text.empty()) return Error{"the options end in a comma"};
  }
  return options;
}

Result<KeyRights> both(const KeyRights& one, const KeyRights& other) {
  if (one.command && other.command && *one.command != *other.command) return Error{"two keys force different commands"};
  KeyRights rights = one.command ? one : other;
  for (const Flag& flag : kFlags) rights.*flag.right = one.*flag.right && other.*flag.right;
  return rights;
}

}  // namespace pysshrp::auth
