#include "auth/plain_key.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "auth/sshbuf_fields.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

struct KeyFormat {
  std::string_view type;
  std::string_view certificate_type;
  std::string_view curve;     ///< of ECDSA, else empty
  std::size_t point_size;     ///< of the public point; 0: RSA
  bool security_key = false;  ///< an application follows
};

constexpr KeyFormat kFormats[] = {
    {"ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", "", 32},
    {"ssh-rsa", "ssh-rsa-cert-v01@openssh.com", "", 0},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", "nistp256", 1 + 2 * 32},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", "nistp384", 1 + 2 * 48},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", "nistp521", 1 + 2 * 66},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", "", 32, true},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "nistp256", 1 + 2 * 32, true},
};

constexpr char kUncompressed = '\x04';  // SEC 1: the only form of a point that OpenSSH reads

bool copy_mpint(ByteReader& from, ByteWriter& to) {
  const auto bytes = read_unsigned_mpint(from);
  if (!bytes) return false;
  const bool needs_sign_byte = !bytes->empty() && (static_cast<unsigned char>(bytes->front()) & 0x80) != 0;
  to.string((needs_sign_byte ? std::string(1, '\0') : std::string{}).append(*bytes));
  return true;
}

bool copy_point(ByteReader& from, const KeyFormat& format, ByteWriter& to) {
  if (!format.curve.empty()) {
    if (read_text(from) != format.curve) return false;
    to.string(format.curve);
  }
  const auto point = from.string();
  to.string(point);
  return point.size() == format.point_size && (format.curve.empty() || point.front() == kUncompressed);
}

/// Copies what follows the type of a plain key.
bool copy_public_key(ByteReader& from, const KeyFormat& format, ByteWriter& to) {
  if (format.point_size == 0) return copy_mpint(from, to) && copy_mpint(from, to);
  if (!copy_point(from, format, to)) return false;
  if (!format.security_key) return true;
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
  if (!copy_public_key(reader, *format, key) || (certificate && !skip_certificate(reader))) return {};
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
