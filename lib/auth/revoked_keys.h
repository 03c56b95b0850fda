#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "auth/serial_set.h"
#include "base/public_key.h"
#include "base/result.h"

namespace pysshrp::auth {

/// What a revocation may name of a certificate. Keys are blobs (RFC 4253 section 6.6).
struct CertificateId {
  std::uint64_t serial = 0;  ///< 0: the authority gave it none
  std::string_view key_id;
  std::string_view authority;  ///< the key that has signed the certificate
};

/// A public key, or a certificate whose signature has been verified.
struct RevocationSubject {
  std::string_view plain_key;  ///< of a certificate the certified key
  std::optional<CertificateId> certificate = {};
};

/// What sshd's RevokedKeys file says: a key revocation list (OpenSSH's PROTOCOL.krl, what `ssh-keygen -k` writes) or a
/// text with a public key in each line. A certificate in such a line revokes the key that it certifies.
///
/// Where versions of OpenSSH differ, the stricter one's way: a KRL with a signature, an extension (critical or not) or
/// an ssh-dss key is an Error. Signatures are never verified, so a KRL is as trusted as its file.
class RevokedKeys {
 public:
  /// The Error says where. As in sshd, nobody's key may count then. An empty file revokes nothing.
  static Result<RevokedKeys> parse(std::string_view file);

  /// A certificate is revoked with its key, by its authority's statements, those for any authority, and with its
  /// authority's key. True as well for what is no well-formed key of a type known: nobody could have listed it.
  bool revokes(const RevocationSubject& subject) const noexcept;

 private:
  class KrlParser;
  using Strings = std::set<std::string, std::less<>>;
  struct Certificates {
    SerialSet serials;
    Strings key_ids;
  };

  RevokedKeys() = default;
  static Result<RevokedKeys> parse_list(std::string_view file);
  bool revokes_key(std::string_view key) const;
  bool revokes_certificate(std::string_view authority, const CertificateId& certificate) const;

  Strings keys_, sha1s_, sha256s_;
  std::map<std::string, Certificates, std::less<>> certificates_;  ///< by their authority's key; empty: any authority
};

/// The same for a key as a client shows it. True as well for a certificate that cannot be read.
bool revokes(const RevokedKeys& revoked, const PublicKey& key);

}  // namespace pysshrp::auth
