#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "auth/key_options.h"
#include "base/public_key.h"
#include "config/config.h"
#include "peer/peer.h"
#include "ssh/algorithms.h"

namespace pysshrp::monitor {

/// Takes why a key is not used.
using Note = std::function<void(std::string)>;

/// Looks at the keys that one client shows, and notes why one is not used.
class ClientKeys {
 public:
  /// `algorithms` and `peer` outlive it.
  ClientKeys(const ssh::Algorithms& algorithms, const peer::Peer& peer, Note note)
      : algorithms_(algorithms), peer_(peer), note_(std::move(note)) {}

  /// Whether libssh will verify a signature of this key. It gives no answer at all to one that it does not: no such key
  /// may come that far.
  bool is_verifiable(const PublicKey& key);
  /// What the text of a file grants with the key; nothing if it does not.
  std::optional<auth::KeyRights> look_up(const PublicKey& key, const std::string& authorized_keys);
  /// Clients show many keys, and some all they can make up: no more than a few are noted.
  void note(std::string what);

 private:
  const ssh::Algorithms& algorithms_;
  const peer::Peer& peer_;
  const Note note_;
  unsigned notes_ = 0;
};

/// Looks them up in the files of this machine.
class KeyFiles {
 public:
  /// Both outlive it.
  KeyFiles(const config::Config& config, ClientKeys& keys) noexcept : config_(config), keys_(keys) {}

  /// Whether the user's file, if he has one, grants with a key that is only shown. To find that it does not is the same
  /// work for every user and for strangers: as many bytes are searched as the largest file of all has.
  bool grants_shown(const PublicKey& key, const std::string* file);
  /// How many bytes that has searched.
  std::size_t searched() const noexcept { return searched_; }
  /// What a file grants with the key; nothing if it does not.
  std::optional<auth::KeyRights> look_up(const PublicKey& key, const std::string& file);

 private:
  const config::Config& config_;
  ClientKeys& keys_;
  std::optional<std::size_t> most_;  ///< bytes of the largest file, once they are known
  std::size_t searched_ = 0;
};

}  // namespace pysshrp::monitor
