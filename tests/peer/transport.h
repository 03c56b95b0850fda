#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto.h"
#include "wire.h"

namespace peer {

/// What is wrong with a first key exchange. Our own messages in it are known by their numbers; 0 is the version line.
struct Flaw {
  std::optional<bool> strict;        ///< Whether it is offered to be strict: else the seed decides.
  std::string compression = "none";  ///< All that we offer to compress with.
  std::optional<std::uint8_t> at;    ///< The message of ours at which it happens:
  std::string before, after;         ///< messages that do not belong there,
  std::optional<std::size_t> cut;    ///< or so many bytes of its packet are the last ones for now.
  bool drips = false;                ///< The rest follows then, a byte in a second; else nothing does.
};

/// The transport layer of one connection, as client or as server (RFC 4253): curve25519-sha256, ssh-ed25519 and
/// aes128-gcm. Once keys are exchanged every message is free; nothing is checked but what is needed to decrypt. Nothing
/// waits: `flush` and `fill` are called when the socket is ready. The socket belongs to the caller.
class Transport {
 public:
  enum class Side { client, server };
  Transport(int socket, Side side, std::uint64_t seed, const Flaw& flaw = {});

  /// One packet, encrypted if keys are in force. What is not of the key exchange waits while one goes on, unless
  /// `hasty`.
  void send(std::string_view payload, bool hasty = false);
  /// Bytes as they are.
  void send_raw(std::string_view bytes) { out_ += bytes; }
  /// All that KEXINITs offer from now on to compress with.
  void offer_compression(std::string name) { compression_ = std::move(name); }
  /// Our KEXINIT: the first one, and any later one.
  void exchange_keys();
  /// The payload of ours.
  std::string kex_init();
  /// The next payload that is not of the key exchange.
  std::optional<std::string> receive();

  bool flush();  ///< False: the other side has gone.
  bool fill();   ///< The same.
  std::size_t unsent() const { return out_.size() - sent_; }
  bool broken() const { return broken_; }  ///< What came cannot be read.
  bool has_keys() const { return !session_id_.empty(); }

  /// The host key of every server here, in the form of known_hosts.
  static std::string host_key_line();

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<std::string> packet();
  void on_kex_init(std::string payload);
  void on_kex_method(std::string_view payload);
  void put(std::string_view payload);
  void put_flawed(std::string_view payload);
  void cut_off(std::size_t begin);
  void make_keys(std::string_view host_key, std::string_view client_public, std::string_view server_public,
                 std::string_view peer_public);
  std::string derive(char letter, std::size_t size) const;
  void use_new_keys_to_send();

  int socket_;
  Side side_;
  Random random_;
  Flaw flaw_;
  bool strict_;
  std::string compression_;
  std::string out_, in_;
  std::size_t sent_ = 0;
  std::string my_version_, peer_version_;
  std::string my_kex_init_, peer_kex_init_;
  std::string secret_, hash_, session_id_;
  Key ephemeral_;
  std::optional<Gcm> sealing_, opening_;
  std::vector<std::string> waiting_;
  std::string drops_;  ///< What drips.
  Clock::time_point next_drop_{};
  bool broken_ = false, mute_ = false;
};

}  // namespace peer
