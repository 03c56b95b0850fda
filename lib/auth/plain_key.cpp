#include "auth/plain_key.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>

#include "auth/sshbuf_fields.h"
#include "base/bytes.h"
#include "base/handle.h"

namespace pysshrp::auth {
namespace {

enum class Algorithm { rsa, ed25519, ecdsa };

struct KeyFormat {
  std::string_view type;
  std::string_view certificate_type;
  Algorithm algorithm;
  std::string_view curve;     ///< of ECDSA
  int curve_nid = NID_undef;  ///< libcrypto's number of it
};

constexpr KeyFormat kFormats[] = {
    {"ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", Algorithm::ed25519, ""},
    {"ssh-rsa", "ssh-rsa-cert-v01@openssh.com", Algorithm::rsa, ""},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", Algorithm::ecdsa, "nistp256",
     NID_X9_62_prime256v1},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", Algorithm::ecdsa, "nistp384", NID_secp384r1},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", Algorithm::ecdsa, "nistp521", NID_secp521r1},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", Algorithm::ed25519, ""},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", Algorithm::ecdsa, "nistp256",
     NID_X9_62_prime256v1},
};

constexpr std::size_t kEd25519Size = 32;
constexpr char kUncompressed = '\x04';  // SEC 1: the only form of a point that OpenSSH reads

using Group = std::unique_ptr<EC_GROUP, Releaser<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Releaser<EC_POINT_free>>;

bool is_on_curve(std::string_view octets, int curve_nid) noexcept {
  const Group group{EC_GROUP_new_by_curve_name(curve_nid)};
  if (!group) return false;
  const Point point{EC_POINT_new(group.get())};
  const bool holds =
      point && EC_POINT_oct2point(group.get(), point.get(), reinterpret_cast<const unsigned char*>(octets.data()),
                                  octets.size(), nullptr) == 1;
  ERR_clear_error();
  return holds;
}

bool copy_mpint(ByteReader& from, ByteWriter& to) {
  const auto bytes = read_unsigned_mpint(from);
  if (!bytes) return false;
  const bool needs_sign_byte = !bytes->empty() && (static_cast<unsigned char>(bytes->front()) & 0x80) != 0;
  to.string((needs_sign_byte ? std::string(1, '\0') : std::string{}).append(*bytes));
  return true;
}

bool copy_ed25519(ByteReader& from, ByteWriter& to) {
  const auto key = from.string();
  to.string(key);
  return key.size() == kEd25519Size;
}

bool copy_ecdsa(ByteReader& from, const KeyFormat& format, ByteWriter& to) {
  if (read_text(from) != format.curve) return false;
  const auto point = from.string();
  to.string(format.curve).string(point);
  return point.starts_with(kUncompressed) && is_on_curve(point, format.curve_nid);
}

/// Copies the fields that every key of its algorithm has.
bool copy_public_key(ByteReader& from, const KeyFormat& format, ByteWriter& to) {
  switch (format.algorithm) {
    case Algorithm::rsa:
      return copy_mpint(from, to) && copy_mpint(from, to);
    case Algorithm::ed25519:
      return copy_ed25519(from, to);
    case Algorithm::ecdsa:
      return copy_ecdsa(from, format, to);
  }
  return false;
}

/// Copies what follows in a security key's (PROTOCOL.u2f).
bool copy_application(ByteReader& from, const KeyFormat& format, ByteWriter& to) {
  if (!format.type.starts_with("sk-")) return true;
  const auto application = read_text(from);
  if (application) to.string(*application);
  return application.has_value();
}

/// Reads what follows the public key in a certificate.
bool skip_certificate(ByteReader& reader) {
  reader.u64();  // serial
  const auto type = reader.u32();
  const auto key_id = read_text(reader);
  reader.string();                                    // principals
  reader.u64(), reader.u64();                         // validity
  reader.string(), reader.string(), reader.string();  // critical options, extensions, reserved
  const auto authority = reader.string();
  reader.string();  // signature
  return (type == 1 || type == 2) && key_id && canonical_key(authority);
}

std::optional<std::string> read_key(std::string_view blob, bool certificates_too) {
  ByteReader reader{blob};
  const auto type = read_text(reader);
  const auto* const format = std::find_if(std::begin(kFormats), std::end(kFormats), [&](const KeyFormat& f) {
    return type == f.type || (certificates_too && type == f.certificate_type);
  });
  if (format == std::end(kFormats)) return {};
  const bool certificate = type == format->certificate_type;
  if (certificate) reader.string();  // nonce
  ByteWriter key;
  key.string(format->type);
  if (!copy_public_key(reader, *format, key) || !copy_application(reader, *format, key)) return {};
  if (certificate && !skip_certificate(reader)) return {};
  if (!reader.ok() || !reader.left().empty()) return {};
  return key.release();
}

}  // namespace

std::optional<std::string> canonical_key(std::string_view blob) {
  return read_key(blob, false);
}

std::optional<std::string> plain_key(std::string_view blob) {
  return read_key(blob, true);
}

}  // namespace pysshrp::auth
