#pragma once
#include <string>

namespace pysshrp {

/// A public key that a peer has shown (RFC 4253, section 6.6).
struct PublicKey {
  std::string type;    ///< `ssh-ed25519`; of a certificate `ssh-ed25519-cert-v01@openssh.com`
  std::string base64;  ///< its blob
};

}  // namespace pysshrp
