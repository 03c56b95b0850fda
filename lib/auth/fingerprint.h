#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/public_key.h"

namespace pysshrp::auth {

/// What a record says of a certificate, as sshd does. The word of whoever shows it.
struct CertificateName {
  std::string key;  ///< `ED25519-CERT SHA256:...`, of the plain key
  std::string id;
  std::uint64_t serial = 0;
  std::string authority;  ///< `RSA SHA256:...`
};

/// Nothing: the key is no certificate, or none that can be read.
std::optional<CertificateName> certificate_name(const PublicKey& key);

/// `SHA256:` and unpadded base64; of a certificate, that of the key it certifies.
std::string fingerprint(const PublicKey& key);

/// As sshd names it in its log: `ED25519 SHA256:...`, `RSA-CERT SHA256:...`
std::string key_text(const PublicKey& key);

}  // namespace pysshrp::auth
