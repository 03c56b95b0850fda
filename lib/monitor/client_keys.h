#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/authorized_keys.h"
#include "auth/key_options.h"
#include "auth/revoked_keys.h"
#include "base/named.h"
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
  /// What the text of an authorized_keys file grants with the key; nothing if it does not. `user`: who a certificate
  /// must be for, unless the line says so.
  std::optional<auth::KeyRights> look_up(const PublicKey& key, const std::string& authorized_keys,
                                         const UserName& user);
  /// What an authority of this text grants by the certificate, if it is for one of these.
  std::optional<auth::KeyRights> look_up_authority(const PublicKey& key, const std::string& trusted_user_ca_keys,
                                                   const UserName& user, const std::vector<std::string>& principals);
  /// Clients show many keys, and some all they can make up: no more than a few are noted.
  void note(std::string what);

 private:
  auth::OfferedKey offered(const PublicKey& key, const UserName& user) const;
  std::optional<auth::KeyRights> rights_in(auth::KeyLookupResult found, const PublicKey& key, const char* name);

  const ssh::Algorithms& algorithms_;
  const peer::Peer& peer_;
  const Note note_;
  unsigned notes_ = 0;
};

/// What says which keys of a user count: files of this machine, empty where there is none.
struct UserKeys {
  UserName user{""};
  std::string authorized_keys, trusted_user_ca_keys, revoked_keys;
  std::vector<std::string> principals;  ///< whom the latter may certify
};

/// Looks keys of one user up in the files of this machine.
class KeyFiles {
 public:
  /// Both outlive it.
  KeyFiles(const config::Config& config, ClientKeys& keys) noexcept : config_(config), keys_(keys) {}

  /// Whether the user's files, if he has any, grant with a key that is only shown. To find that they do not is the same
  /// work for every user and for strangers: as many bytes are searched as the largest files of all have.
  bool grants_shown(const PublicKey& key, const UserKeys& of);
  /// How many bytes that has searched.
  std::size_t searched() const noexcept { return searched_; }
  /// What the files grant with the key; nothing if they do not.
  std::optional<auth::KeyRights> look_up(const PublicKey& key, const UserKeys& of);

 private:
  std::optional<std::string> read(const std::string& file, const char* name);
  std::optional<auth::KeyRights> rights_of(const PublicKey& key, const UserKeys& of);
  bool is_revoked(const PublicKey& key, const std::string& file);

  const config::Config& config_;
  ClientKeys& keys_;
  std::optional<std::size_t> most_;                   ///< bytes of the largest files, once they are known
  std::optional<Result<auth::RevokedKeys>> revoked_;  ///< the user's list, once it has been read
  std::size_t searched_ = 0;
};

}  // namespace pysshrp::monitor
