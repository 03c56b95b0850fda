#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "ssh/openssh_key.h"
#include "ssh/private_key.h"

namespace pysshrp::ssh {

/// A private key that signs for somebody else, as an agent does. libssh signs only for a session of its own.
class SigningKey {
 public:
  /// As load_private_key() reads it.
  static Result<SigningKey> load(const std::string& file);
  /// From now on it is shown with the certificate in that file, as load_certificate() reads it.
  Status show_with(const std::string& certificate);
  /// A new ed25519 key. Nothing if OpenSSL fails.
  static std::optional<SigningKey> generate();
  /// From now on it is shown by this blob, which must be that of a certificate of it.
  void show_as(std::string certificate) noexcept { blob_ = std::move(certificate); }

  /// What it is shown by: the blob of the public key (RFC 4253, section 6.6), or that of the certificate.
  const std::string& blob() const noexcept { return blob_; }
  enum class RsaHash { sha1, sha256, sha512 };
  /// A signature as it is on the wire (RFC 4253, section 6.6; RFC 8332; RFC 5656; RFC 8709). Only an RSA key has a
  /// choice of hash. Nothing if OpenSSL fails.
  std::optional<std::string> sign(std::string_view data, RsaHash hash) const;

 private:
  Status read_blob();

  std::string blob_;
  PrivateKey shown_;  ///< the same key, as libssh knows it; nothing where it was generated
  OpensslKey key_;
};

}  // namespace pysshrp::ssh
