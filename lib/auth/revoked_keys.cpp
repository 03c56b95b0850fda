#include "auth/revoked_keys.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "auth/certificate.h"
#include "auth/key_blob.h"
#include "auth/plain_key.h"
#include "auth/sshbuf_fields.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

using namespace std::string_view_literals;

constexpr auto kMagic = "SSHKRL\n\0"sv;
constexpr std::uint32_t kFormatVersion = 1;
constexpr std::size_t kSha1Size = 20, kSha256Size = 32;
constexpr std::string_view kBlanks = " \t";

enum class Section : std::uint8_t {
  certificates = 1,
  explicit_key = 2,
  fingerprint_sha1 = 3,
  signature = 4,
  fingerprint_sha256 = 5,
  extension = 255,
};

enum class CertificateSection : std::uint8_t {
  serial_list = 0x20,
  serial_range = 0x21,
  serial_bitmap = 0x22,
  key_id = 0x23,
  extension = 0x39,
};

/// Nothing: libcrypto does not have the digest here.
std::optional<std::string> digest(const EVP_MD* algorithm, std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, algorithm, nullptr) != 1) return {};
  return std::string(out, out + size);
}

/// Signature algorithms, which sshkey_read takes for the names of the keys that sign with them.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"rsa-sha2-256", "ssh-rsa"},
    {"rsa-sha2-512", "ssh-rsa"},
    {"rsa-sha2-256-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com"},
    {"rsa-sha2-512-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com"},
    {"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"},
};

std::string_view key_type(std::string_view name) noexcept {
  const auto* const alias =
      std::find_if(std::begin(kAliases), std::end(kAliases), [name](const auto& a) { return a.first == name; });
  return alias == std::end(kAliases) ? name : alias->second;
}

std::string_view skip_blanks(std::string_view text) noexcept {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

/// The plain key of a line `TYPE BASE64 [COMMENT]`.
std::optional<std::string> key_of_line(std::string_view line) {
  const auto name = line.substr(0, line.find_first_of(kBlanks));
  const auto rest = skip_blanks(line.substr(name.size()));
  const auto blob = decode_base64(rest.substr(0, rest.find_first_of(kBlanks)));
  if (!blob || !has_type(*blob, key_type(name))) return {};
  return plain_key(*blob);
}

}  // namespace

/// Reads a KRL as krl.c's ssh_krl_from_blob does: sections in any order and any number, of any length that their fields
/// fill.
class RevokedKeys::KrlParser {
 public:
  explicit KrlParser(std::string_view file) : file_(file) {}

  Result<RevokedKeys> parse() && {
    ByteReader reader{file_};
    PYSSHRP_TRY(parse_header(reader));
    while (!reader.left().empty()) {
      const auto place = reader.left();
      const auto type = static_cast<Section>(reader.u8());
      ByteReader body{reader.string()};
      if (!reader.ok()) return error_at(place, "a section is cut short");
      PYSSHRP_TRY(parse_section(place, type, body));
      if (!body.ok() || !body.left().empty()) return error_at(place, "a section's length does not fit its fields");
    }
    for (auto& [authority, certificates] : revoked_.certificates_) certificates.serials.sort();
    return std::move(revoked_);
  }

 private:
  Status parse_header(ByteReader& reader) {
    reader.raw(kMagic.size());
    const auto version = reader.u32();
    if (reader.ok() && version != kFormatVersion)
      return error_at(file_.substr(kMagic.size()), "format version " + std::to_string(version) + " is not known");
    reader.u64(), reader.u64(), reader.u64();  // the KRL's version, when it was made, flags
    reader.string();                           // reserved
    const auto comment = reader.left();
    if (!read_text(reader)) return error_at(comment, "the header is cut short, or its comment has a NUL");
    return {};
  }

  Status parse_section(std::string_view place, Section type, ByteReader& body) {
    switch (type) {
      case Section::certificates:
        return parse_certificates(place, body);
      case Section::explicit_key:
        return parse_blobs(place, body, {}, revoked_.keys_);
      case Section::fingerprint_sha1:
        return parse_blobs(place, body, kSha1Size, revoked_.sha1s_);
      case Section::fingerprint_sha256:
        return parse_blobs(place, body, kSha256Size, revoked_.sha256s_);
      case Section::signature:  // OpenSSH 9.2 verifies it, 9.4 and later do not
        return error_at(place, "signatures are not supported");
      case Section::extension:  // OpenSSH 9.2 refuses every one, 9.4 and later critical ones
        return error_at(place, "extensions are not supported");
    }
    return error_at(place, "a section of type " + std::to_string(static_cast<unsigned>(type)) + " is not known");
  }

  /// Keys are taken as they are: what is no plain key as OpenSSH writes it revokes nothing.
  Status parse_blobs(std::string_view place, ByteReader& body, std::optional<std::size_t> size, Strings& blobs) {
    while (!body.left().empty()) {
      const auto blob = body.string();
      if (!body.ok()) return error_at(place, "a key or fingerprint is cut short");
      if (size && blob.size() != *size) return error_at(place, "a fingerprint of a wrong length");
      blobs.emplace(blob);
    }
    return {};
  }

  Status parse_certificates(std::string_view place, ByteReader& body) {
    const auto blob = body.string();
    body.string();  // reserved
    if (!body.ok()) return error_at(place, "a section is cut short");
    auto authority = blob.empty() ? std::string{} : plain_key(blob);
    if (!authority) return error_at(place, "an authority's key is malformed, or of a type that is not known");
    auto& certificates = revoked_.certificates_[*std::move(authority)];
    while (!body.left().empty()) {
      const auto inner_place = body.left();
      const auto type = static_cast<CertificateSection>(body.u8());
      ByteReader inner{body.string()};
      if (!body.ok()) return error_at(inner_place, "a section of certificates is cut short");
      PYSSHRP_TRY(parse_certificate_section(inner_place, type, inner, certificates));
      if (!inner.ok() || !inner.left().empty())
        return error_at(inner_place, "a section's length does not fit its fields");
    }
    return {};
  }

  Status parse_certificate_section(std::string_view place, CertificateSection type, ByteReader& body,
                                   Certificates& certificates) {
    switch (type) {
      case CertificateSection::serial_list:
        return parse_serial_list(place, body, certificates.serials);
      case CertificateSection::serial_range: {
        const auto first = body.u64(), last = body.u64();
        if (!body.ok()) return error_at(place, "a range of serial numbers is cut short");
        return at(place, certificates.serials.add_range(first, last));
      }
      case CertificateSection::serial_bitmap: {
        const auto first = body.u64();
        const auto bitmap = read_unsigned_mpint(body);
        if (!bitmap) return error_at(place, "a bitmap of serial numbers is cut short, negative or too long");
        return at(place, certificates.serials.add_bitmap(first, *bitmap));
      }
      case CertificateSection::key_id:
        return parse_key_ids(place, body, certificates.key_ids);
      case CertificateSection::extension:
        return error_at(place, "extensions are not supported");
    }
    return error_at(
        place, "a section of certificates of type " + std::to_string(static_cast<unsigned>(type)) + " is not known");
  }

  Status parse_serial_list(std::string_view place, ByteReader& body, SerialSet& serials) {
    while (!body.left().empty()) {
      const auto serial = body.u64();
      if (!body.ok()) return error_at(place, "a serial number is cut short");
      PYSSHRP_TRY(at(place, serials.add_range(serial, serial)));
    }
    return {};
  }

  Status parse_key_ids(std::string_view place, ByteReader& body, Strings& key_ids) {
    while (!body.left().empty()) {
      const auto key_id = read_text(body);
      if (!key_id) return error_at(place, "a key id is cut short, or has a NUL");
      key_ids.emplace(*key_id);
    }
    return {};
  }

  /// `place` begins in the file where the fault is.
  Error error_at(std::string_view place, const std::string& what) const {
    return {"byte " + std::to_string(place.data() - file_.data()) + ": " + what};
  }
  Status at(std::string_view place, Status status) const {
    return status ? std::move(status) : error_at(place, status.error().what);
  }

  const std::string_view file_;
  RevokedKeys revoked_;
};

Result<RevokedKeys> RevokedKeys::parse(std::string_view file) {
  return file.starts_with(kMagic) ? KrlParser{file}.parse() : parse_list(file);
}

/// As authfile.c's sshkey_in_file does, but for lines with a NUL before the comment: where sshd would stop reading
/// them, they are no keys.
Result<RevokedKeys> RevokedKeys::parse_list(std::string_view file) {
  RevokedKeys revoked;
  for (std::size_t number = 1; !file.empty(); ++number) {
    const auto line = file.substr(0, file.find('\n'));
    file.remove_prefix(std::min(line.size() + 1, file.size()));
    const auto text = skip_blanks(line);
    if (text.empty() || text.front() == '#') continue;
    auto key = key_of_line(text);
    if (!key) return Error{"line " + std::to_string(number) + ": no public key, or of a type that is not known"};
    revoked.keys_.insert(*std::move(key));
  }
  return revoked;
}

bool RevokedKeys::revokes(const RevocationSubject& subject) const noexcept {
  const auto key = canonical_key(subject.plain_key);
  if (!key || revokes_key(*key)) return true;
  if (!subject.certificate) return false;
  const auto authority = canonical_key(subject.certificate->authority);
  return !authority || revokes_key(*authority) || revokes_certificate(*authority, *subject.certificate) ||
         revokes_certificate({}, *subject.certificate);
}

bool RevokedKeys::revokes_key(std::string_view key) const {
  const auto has_digest = [key](const Strings& digests, const EVP_MD* algorithm) {
    if (digests.empty()) return false;
    const auto value = digest(algorithm, key);
    return !value || digests.contains(*value);
  };
  return keys_.contains(key) || has_digest(sha1s_, EVP_sha1()) || has_digest(sha256s_, EVP_sha256());
}

bool RevokedKeys::revokes_certificate(std::string_view authority, const CertificateId& certificate) const {
  const auto found = certificates_.find(authority);
  if (found == certificates_.end()) return false;
  // OpenSSH compares C strings.
  const auto key_id = certificate.key_id.substr(0, certificate.key_id.find('\0'));
  return found->second.key_ids.contains(key_id) || found->second.serials.contains(certificate.serial);
}

bool revokes(const RevokedKeys& revoked, const PublicKey& key) {
  const auto blob = decode_base64(key.base64);
  if (!blob) return true;
  if (!is_certificate_type(key.type)) return revoked.revokes({*blob});
  const auto certificate = parse_certificate(key.type, *blob);
  return !certificate ||
         revoked.revokes(
             {certificate->plain_key, CertificateId{certificate->serial, certificate->key_id, certificate->authority}});
}

}  // namespace pysshrp::auth
