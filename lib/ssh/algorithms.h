#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace pysshrp::ssh {

inline constexpr unsigned kRsaMinBits = 2048;

/// What may be negotiated, on both legs: comma separated names in the order of preference (RFC 4253, section 7.1). The
/// defaults: OpenSSH's key exchange methods in its order, AEAD ciphers first, no CBC, no SHA-1. Names that this libssh
/// does not know are passed over in the defaults, so that a newer one negotiates its post-quantum key exchange.
struct Algorithms {
  std::string kex =
      "mlkem768x25519-sha256,sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-"
      "sha256@libssh.org,"
      "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
      "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
      "diffie-hellman-group14-sha256";
  std::string ciphers =
      "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";
  std::string macs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
  std::string host_keys =
      "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";
  /// Signatures of public keys that log in: clients', or ours at an upstream.
  std::string public_keys =
      "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,"
      "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"
      "sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,"
      "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,"
      "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"
      "sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256";

  /// The smallest RSA key that is taken.
  unsigned rsa_min_bits = kRsaMinBits;

  /// Whether a key of this type (`ssh-rsa`) can make one of them.
  bool takes_key(std::string_view type) const noexcept;
  /// What libssh as a server has to be told of public_keys: it looks for the name of the signature, which is not that
  /// of the certificate.
  std::string public_keys_and_signatures() const;
};

/// As a configuration has them: a list that stands for itself or, as in sshd_config(5), one that begins with `+` and is
/// added to `standard`; an empty one is `standard`.
std::string extend(std::string standard, std::string_view wanted);

enum class AlgorithmKind { kex, cipher, mac, host_key, public_key };

/// Whether libssh knows each name of a comma separated list, perhaps with a `+` before it; the Error names those it
/// does not know, and says where the names are to be found.
Status check_algorithms(AlgorithmKind kind, std::string_view names);

}  // namespace pysshrp::ssh
