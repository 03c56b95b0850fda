#include "auth/authorized_keys.h"

#include <algorithm>
#include <utility>

#include "auth/certificate_options.h"
#include "auth/key_blob.h"
#include "auth/key_conditions.h"
#include "auth/plain_key.h"
#include "base/base64.h"
#include "base/bytes.h"

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
  /// `blob`: the key's. `certificate`: nothing, or what it says; both outlive it.
  KeyLookup(const OfferedKey& key, std::string_view blob, const std::optional<Certificate>& certificate)
      : key_(key),
        certificate_(certificate),
        type_(certificate ? ByteReader{certificate->authority}.string() : key.type),
        blob_(certificate ? certificate->authority : blob),
        base64_(certificate ? encode_base64(blob_) : std::string{key.base64}) {}

  /// Whether a line of authorized_keys grants; the rights are in the result then.
  bool grants(std::string_view line) {
    auto rest = next(line);
    if (rest.empty()) return false;
    if (has_key(rest)) return allow({});
    const auto options = take_options(rest);
    if (has_key(rest)) return allow(options);
    if (line.find(base64_) != line.npos) note("has this key, but not in its place: is a quote missing?");
    return false;
  }

  /// Whether a line is the authority of the certificate, which may be for these.
  bool certifies(std::string_view line, const std::vector<std::string>& principals) {
    const auto rest = next(line);
    return !rest.empty() && has_key(rest) && grant({}, principals);
  }

  KeyLookupResult result() && { return std::move(result_); }

 private:
  /// What stands in the next line; nothing in a comment.
  std::string_view next(std::string_view line) noexcept {
    ++line_;
    const auto rest = skip_blanks(line);
    return rest.starts_with('#') ? std::string_view{} : rest;
  }

  bool has_key(std::string_view text) const {
    if (take_word(text) != type_) return false;
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
    if (options->is_authority != certificate_.has_value())
      return refuse(certificate_ ? "has the authority's key, but does not say cert-authority"
                                 : "says cert-authority: its key is for certificates");
    if (options->principals.empty()) options->principals.emplace_back(key_.user);
    return grant(options->rights, options->principals);
  }

  /// What the line does, and the certificate if it is one.
  bool grant(const KeyRights& rights, const std::vector<std::string>& principals) {
    result_.rights = rights;
    if (certificate_) {
      auto certified = granted_by(*certificate_, {principals, key_.from, key_.now});
      if (!certified) return refuse("the certificate " + certified.error().what);
      auto merged = both(rights, *certified);
      if (!merged) return refuse(merged.error().what);
      result_.rights = *std::move(merged);
    }
    result_.line = line_;
    return true;
  }

  Result<bool> admits(const KeyOptions& options) const {
    if (!options.from) return true;
    if (!key_.from) return false;
    return from_admits(*options.from, *key_.from);
  }

  bool refuse(const std::string& why) {
    result_.rights.reset();
    note(why);
    return false;
  }

  void note(const std::string& what) {
    if (result_.notes.size() < kMostNotes) result_.notes.push_back("line " + std::to_string(line_) + ": " + what);
  }

  const OfferedKey& key_;
  const std::optional<Certificate>& certificate_;
  const std::string_view type_,
      blob_;  ///< of the key that is looked for: the certificate's authority, or the offered one
  const std::string base64_;
  std::size_t line_ = 0;
  KeyLookupResult result_;
};

/// Until a line grants.
template <class Grants>
void each_line(std::string_view file, Grants grants) {
  for (bool granted = false; !granted && !file.empty();) {
    const auto line = file.substr(0, file.find('\n'));
    granted = grants(line);
    file.remove_prefix(std::min(line.size() + 1, file.size()));
  }
}

/// Holds the key against a file, by `grants(lookup, line)`.
template <class Grants>
KeyLookupResult look_up(std::string_view file, const OfferedKey& key, Grants grants) {
  const auto blob = decode_base64(key.base64);
  if (!blob || !has_type(*blob, key.type)) return {};
  std::optional<Certificate> certificate;
  if (is_certificate_type(key.type)) {
    auto parsed = parse_certificate(key.type, *blob);
    if (!parsed) return {{}, 0, {"the certificate " + parsed.error().what}};
    certificate = *std::move(parsed);
  } else if (!is_plain_type(key.type)) {
    return {};
  }
  KeyLookup lookup{key, *blob, certificate};
  each_line(file, [&](std::string_view line) { return grants(lookup, line); });
  return std::move(lookup).result();
}

}  // namespace

std::string wanted_in_file(const PublicKey& key) {
  const auto blob = is_certificate_type(key.type) ? decode_base64(key.base64) : std::nullopt;
  if (!blob) return key.base64;
  const auto certificate = parse_certificate(key.type, *blob);
  return certificate ? encode_base64(certificate->authority) : key.base64;
}

KeyLookupResult look_up_key(std::string_view file, const OfferedKey& key) {
  return look_up(file, key, [](KeyLookup& lookup, std::string_view line) { return lookup.grants(line); });
}

KeyLookupResult look_up_authority(std::string_view file, const OfferedKey& key, std::vector<std::string> principals) {
  if (!is_certificate_type(key.type)) return {};
  if (principals.empty()) principals.emplace_back(key.user);
  return look_up(file, key,
                 [&](KeyLookup& lookup, std::string_view line) { return lookup.certifies(line, principals); });
}

Status check_authorities(std::string_view file) {
  std::size_t number = 0;
  bool has_one = false;
  std::string wrong;
  each_line(file, [&](std::string_view line) {
    ++number;
    auto rest = skip_blanks(line);
    if (rest.empty() || rest.starts_with('#') || rest == "\r") return false;
    const auto type = take_word(rest);
    const auto blob = decode_base64(take_word(rest));
    has_one = is_plain_type(type) && blob && has_type(*blob, type) && plain_key(*blob);
    if (!has_one && wrong.empty())
      wrong =
          ": line " + std::to_string(number) + " is none, or has something before it (options are for authorized_keys)";
    return has_one;
  });
  if (has_one) return {};
  return Error{"has no public key of an authority" + wrong};
}

}  // namespace pysshrp::auth
