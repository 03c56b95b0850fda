#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace pysshrp::ssh {

/// What may be negotiated, on both legs: comma separated names in the order of preference (RFC 4253, section 7.1). The
/// defaults: elliptic-curve key exchange only, AEAD ciphers first, no CBC, no SHA-1. Names that this libssh does not
/// know are passed over in the defaults, so that a newer one negotiates its post-quantum key exchange.
struct Algorithms {
  std::string kex =
      "mlkem768x25519-sha256,sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-"
      "sha256@libssh.org,"
      "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521";
  std::string ciphers =
      "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";
  std::string macs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
  std::string host_keys =
      "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";
  /// Signatures that clients log in with.
  std::string public_keys =
      "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"
      "sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";

  /// Whether a key of this type (`ssh-rsa`) can make one of them.
  bool takes_key(std::string_view type) const noexcept;
};

enum class AlgorithmKind { kex, cipher, mac, host_key, public_key };

/// Whether libssh knows each name of a comma separated list; the Error names those it does not know.
Status check_algorithms(AlgorithmKind kind, const std::string& names);

inline constexpr int kRsaMinBits = 2048;

}  // namespace pysshrp::ssh
