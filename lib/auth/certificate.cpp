#include "auth/certificate.h"

#include <algorithm>
#include <iterator>

#include "auth/plain_key.h"
#include "auth/signature.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

constexpr std::string_view kSuffix = "-cert-v01@openssh.com";
constexpr std::uint32_t kOfUser = 1;
constexpr std::size_t kMaxPrincipals = 256;  // as OpenSSH has it

/// How many fields a plain key has behind its type. A certificate has the same ones behind its nonce.
struct PlainType {
  std::string_view certified, plain;
  int fields;
};
constexpr PlainType kTypes[] = {
    {"ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519", 1},
    {"ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sha2-nistp256", 2},
    {"ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp384", 2},
    {"ecdsa-sha2-nistp521-cert-v01@openssh.com", "ecdsa-sha2-nistp521", 2},
    {"ssh-rsa-cert-v01@openssh.com", "ssh-rsa", 2},
    {"sk-ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", 2},
    {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com", 3},
};

const PlainType* type_of(std::string_view name) noexcept {
  const auto* const found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const PlainType& type) { return type.certified == name; });
  return found == std::end(kTypes) ? nullptr : found;
}

/// What has been read off the front of `all`.
std::string_view read_of(std::string_view all, const ByteReader& reader) noexcept {
  return all.substr(0, all.size() - reader.left().size());
}

/// A NUL would end it for others.
bool is_text(std::string_view text) noexcept {
  return text.find('\0') == text.npos;
}

bool read_principals(std::string_view list, std::vector<std::string_view>& principals) {
  ByteReader reader{list};
  while (reader.ok() && !reader.left().empty()) {
    if (principals.size() == kMaxPrincipals) return false;
    principals.push_back(reader.string());
  }
  return reader.ok() && std::all_of(principals.begin(), principals.end(), is_text);
}

/// Names and values, and no half of one.
bool is_option_list(std::string_view list) noexcept {
  ByteReader reader{list};
  while (reader.ok() && !reader.left().empty()) reader.string(), reader.string();
  return reader.ok();
}

}  // namespace

bool is_certificate_type(std::string_view type) noexcept {
  return type.ends_with(kSuffix);
}

Result<Certificate> parse_certificate(std::string_view type, std::string_view blob) {
  const PlainType* const types = type_of(type);
  if (types == nullptr) return Error{"is of a type that is not known here"};
  ByteReader reader{blob};
  const bool is_named = reader.string() == type;
  reader.string();  // the nonce
  const std::string_view behind_nonce = reader.left();
  for (int i = 0; i < types->fields; ++i) reader.string();
  Certificate certificate;
  certificate.plain_key = ByteWriter{}.string(types->plain).raw(read_of(behind_nonce, reader)).release();
  certificate.serial = reader.u64();
  const std::uint32_t of = reader.u32();
  certificate.key_id = reader.string();
  const bool listed = read_principals(reader.string(), certificate.principals);
  certificate.valid_after = reader.u64();
  certificate.valid_before = reader.u64();
  certificate.critical_options = reader.string();
  certificate.extensions = reader.string();
  reader.string();  // reserved
  certificate.authority = reader.string();
  certificate.signed_bytes = read_of(blob, reader);
  certificate.signature = reader.string();
  if (!is_named || !reader.ok() || !listed || !is_text(certificate.key_id))
    return Error{"cannot be read: it is cut or changed"};
  if (!reader.left().empty()) return Error{"has something behind its end"};
  if (of != kOfUser) return Error{"is not one of a user"};
  if (!canonical_key(certificate.authority)) return Error{"names no authority that can be one"};
  if (!is_option_list(certificate.critical_options) || !is_option_list(certificate.extensions))
    return Error{"cannot be read: its options are cut or changed"};
  return certificate;
}

Status Certificate::verify() const {
  if (const auto good = verify_signature(authority, signature, signed_bytes); !good)
    return Error{"does not hold: its authority " + good.error().what};
  return {};
}

Status Certificate::holds_for(const std::vector<std::string>& wanted, std::chrono::system_clock::time_point now) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto at = static_cast<std::uint64_t>(std::max<decltype(seconds)>(seconds, 0));
  if (at < valid_after) return Error{"is not valid yet"};
  if (at >= valid_before) return Error{"has expired"};
  if (principals.empty()) return Error{"names no principals"};
  const auto is_named = [&](const std::string& name) {
    return std::find(principals.begin(), principals.end(), name) != principals.end();
  };
  if (std::none_of(wanted.begin(), wanted.end(), is_named)) return Error{"has no principal that may log in here"};
  return {};
}

}  // namespace pysshrp::auth
