#pragma once
#include <string>

namespace pysshrp {

/// A public key that a peer has shown (RFC 4253, section 6.6).
struct PublicKey {
  std::string type;         ///< `ssh-ed25519`; of a certificate `ssh-ed25519-cert-v01@openssh.com`
  std::string base64;       ///< its blob
  std::string fingerprint;  ///< `SHA256:` and unpadded base64

  /// As sshd names it in its log: `ED25519 SHA256:...`
  std::string text() const;
};

}  // namespace pysshrp
