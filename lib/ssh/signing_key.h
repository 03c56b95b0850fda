#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ssh/openssh_key.h"

namespace pysshrp::ssh {

/// A private key that signs logins for somebody else, as an agent does. libssh signs only for a session of its own.
class SigningKey {
 public:
  /// upstream_key and upstream_certificate, which may be empty; as load_private_key() and load_certificate() read them.
  static Result<SigningKey> load(const std::string& file, const std::string& certificate);

  /// What it is shown by: the blob of the public key (RFC 4253, section 6.6), or that of the certificate.
  const std::string& blob() const noexcept { return blob_; }
  enum class RsaHash { sha1, sha256, sha512 };
  /// A signature as it is on the wire (RFC 4253, section 6.6; RFC 8332; RFC 5656; RFC 8709). Only an RSA key has a
  /// choice of hash. Nothing if OpenSSL fails.
  std::optional<std::string> sign(std::string_view data, RsaHash hash) const;

 private:
  std::string blob_;
  OpensslKey key_;
};

}  // namespace pysshrp::ssh
