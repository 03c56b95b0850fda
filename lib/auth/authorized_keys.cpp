#include "auth/authorized_keys.h"

#include <algorithm>
#include <utility>

#include "auth/key_blob.h"
#include "auth/key_conditions.h"
#include "base/base64.h"

namespace pysshrp::auth {
namespace {

constexpr std::size_t kMostNotes = 8;
constexpr std::string_view kBlanks = " \t";

std::string_view skip_blanks(std::string_view text) noexcept {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

/// Takes the text up to the next blank off `rest`, and the blanks.
std::string_view take_word(std::string_view& rest) noexcept {
  const auto word = rest.substr(0, rest.find_first_of(kBlanks));
  rest = skip_blanks(rest.substr(word.size()));
  return word;
}

/// Takes the options off `rest`: up to a blank outside quotes.
std::string_view take_options(std::string_view& rest) noexcept {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    if (!quoted && kBlanks.find(rest[at]) != kBlanks.npos) break;
    if (rest.substr(at).starts_with("\\\""))
      ++at;
    else if (rest[at] == '"')
      quoted = !quoted;
  }
  const auto options = rest.substr(0, at);
  rest = skip_blanks(rest.substr(options.size()));
  return options;
}

/// One key held against the lines of one file.
class KeyLookup {
 public:
  KeyLookup(const OfferedKey& key, std::string blob) : key_(key), blob_(std::move(blob)) {}

  /// Whether the line grants; the rights are in the verdict then.
  bool grants(std::string_view line) {
    ++line_;
    auto rest = skip_blanks(line);
    if (rest.empty() || rest.front() == '#') return false;
    if (has_key(rest)) return allow({});
    const auto options = take_options(rest);
    if (has_key(rest)) return allow(options);
    if (line.find(key_.base64) != line.npos) note("has this key, but not in its place: is a quote missing?");
    return false;
  }

  KeyLookupResult result() && { return std::move(result_); }

 private:
  bool has_key(std::string_view text) const {
    if (take_word(text) != key_.type) return false;
    return decode_base64(take_word(text)) == blob_;
  }

  bool allow(std::string_view text) {
    auto options = parse_key_options(text);
    if (!options) return refuse(options.error().what + ", the line is not used");
    const auto admitted = admits(*options);
    if (!admitted) return refuse(admitted.error().what + ", the line is not used");
    if (!*admitted) return refuse("from= does not allow " + (key_.from ? key_.from->text() : "who has no address"));
    // sshd counts whole seconds, the last one included.
    if (options->expires && *options->expires < std::chrono::floor<std::chrono::seconds>(key_.now))
      return refuse("has expired");
    result_.rights = std::move(options->rights);
    result_.line = line_;
    return true;
  }

  Result<bool> admits(const KeyOptions& options) const {
    if (!options.from) return true;
    if (!key_.from) return false;
    return from_admits(*options.from, *key_.from);
  }

  bool refuse(const std::string& why) {
    note(why);
    return false;
  }

  void note(const std::string& what) {
    if (result_.notes.size() < kMostNotes) result_.notes.push_back("line " + std::to_string(line_) + ": " + what);
  }

  const OfferedKey& key_;
  const std::string blob_;
  std::size_t line_ = 0;
  KeyLookupResult result_;
};

}  // namespace

KeyLookupResult look_up_key(std::string_view file, const OfferedKey& key) {
  auto blob = decode_base64(key.base64);
  if (!is_plain_type(key.type) || !blob || !has_type(*blob, key.type)) return {};
  KeyLookup lookup{key, *std::move(blob)};
  for (bool granted = false; !granted && !file.empty();) {
    const auto line = file.substr(0, file.find('\n'));
    granted = lookup.grants(line);
    file.remove_prefix(std::min(line.size() + 1, file.size()));
  }
  return std::move(lookup).result();
}

}  // namespace pysshrp::auth
