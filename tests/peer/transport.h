#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire.h"

namespace peer {

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

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

/// The transport layer of one connection, as client or as server (RFC 4253): curve25519-sha256, ssh-ed25519 and
/// aes128-gcm. Once keys are exchanged every message is free; nothing is checked but what is needed to decrypt. Nothing
/// waits: `flush` and `fill` are called when the socket is ready. The socket belongs to the caller.
class Transport {
 public:
  enum class Side { client, server };
  Transport(int socket, Side side, std::uint64_t seed);

  /// One packet, encrypted if keys are in force. What is not of the key exchange waits while one goes on, unless
  /// `hasty`.
  void send(std::string_view payload, bool hasty = false);
  /// Bytes as they are.
  void send_raw(std::string_view bytes) { out_ += bytes; }
  /// Our KEXINIT: the first one, and any later one.
  void exchange_keys();
  /// The payload of ours.
  std::string kex_init();
  /// The next payload that is not of the key exchange.
  std::optional<std::string> receive();

  bool flush();  ///< False: the other side has gone.
  bool fill();   ///< The same.
  std::size_t unsent() const { return out_.size() - sent_; }
  bool has_keys() const { return !session_id_.empty(); }

  /// The host key of every server here, in the form of known_hosts.
  static std::string host_key_line();

 private:
  std::optional<std::string> packet();
  void on_kex_init(std::string payload);
  void on_kex_method(std::string_view payload);
  void make_keys(std::string_view host_key, std::string_view client_public, std::string_view server_public,
                 std::string_view peer_public);
  std::string derive(char letter, std::size_t size) const;
  void use_new_keys_to_send();

  int socket_;
  Side side_;
  Random random_;
  bool strict_;
  std::string out_, in_;
  std::size_t sent_ = 0;
  std::string my_version_, peer_version_;
  std::string my_kex_init_, peer_kex_init_;
  std::string secret_, hash_, session_id_;
  Key ephemeral_;
  std::optional<Gcm> sealing_, opening_;
  std::vector<std::string> waiting_;
  bool broken_ = false;
};

}  // namespace peer
