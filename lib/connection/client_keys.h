#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "auth/key_options.h"
#include "config/config.h"
#include "log/log.h"
#include "peer/peer.h"
#include "ssh/algorithms.h"
#include "ssh/public_key.h"

namespace pysshrp::connection {

/// Looks up the keys that one client shows, and notes why one is not used.
class ClientKeys {
 public:
  /// All outlive it.
  ClientKeys(const config::Config& config, const ssh::Algorithms& algorithms, const peer::Peer& peer,
             log::Log& log) noexcept
      : config_(config), algorithms_(algorithms), peer_(peer), log_(log) {}

  /// Whether libssh will verify a signature of this key. It gives no answer at all to one that it does not: no such key
  /// may come that far.
  bool is_verifiable(const PublicKey& key);
  /// Whether the user's file, if he has one, grants with a key that is only shown. To find that it does not is the same
  /// work for every user and for strangers: as many bytes are searched as the largest file of all has.
  bool grants_shown(const PublicKey& key, const std::string* file);
  /// How many bytes that has searched.
  std::size_t searched() const noexcept { return searched_; }
  /// What a file of this machine grants with the key; nothing if it does not.
  std::optional<auth::KeyRights> look_up_in_file(const PublicKey& key, const std::string& file);
  /// The same of its text.
  std::optional<auth::KeyRights> look_up(const PublicKey& key, const std::string& authorized_keys);

 private:
  void note(std::string what);

  const config::Config& config_;
  const ssh::Algorithms& algorithms_;
  const peer::Peer& peer_;
  log::Log& log_;
  unsigned notes_ = 0;
  std::optional<std::size_t> most_;  ///< bytes of the largest file, once they are known
  std::size_t searched_ = 0;
};

}  // namespace pysshrp::connection
