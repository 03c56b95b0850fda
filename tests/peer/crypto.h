#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// What a transport needs of OpenSSL.
namespace peer {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

constexpr std::size_t kTag = 16;

/// aes128-gcm@openssh.com in one direction (RFC 5647).
class Gcm {
 public:
  Gcm(std::string_view key, std::string_view iv, bool seals);
  /// The packet with its tag.
  std::string seal(std::string packet);
  /// The packet without its tag, or nothing when the tag is wrong.
  std::optional<std::string> open(std::string_view sealed);

 private:
  void start();

  CipherContext context_;
  std::string key_, iv_;
  bool seals_;
};

std::string sha256(std::string_view bytes);
std::string base64(std::string_view bytes);
/// `type`: EVP_PKEY_X25519 or EVP_PKEY_ED25519.
Key private_key(int type, std::string_view bytes);
std::string public_of(const Key& key);
/// Of X25519; nothing when the peer's is no key.
std::string shared_secret(const Key& own, std::string_view peer_public);
/// With the host key of every server here, which everybody knows.
std::string host_key_blob();
std::string signature_of(std::string_view hash);
/// An mpint (RFC 4251, section 5) of an unsigned number.
std::string mpint(std::string bytes);

}  // namespace peer
