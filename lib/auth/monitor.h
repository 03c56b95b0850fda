#pragma once
#include <optional>
#include <string>

#include "auth/key_options.h"
#include "base/public_key.h"
#include "base/secret.h"

namespace pysshrp::auth {

/// What a typed password is worth.
enum class PasswordCheck {
  wrong,
  right,            ///< it is the route's
  upstream_decides  ///< the route has none of its own
};

/// How the route of a user wants public keys.
enum class KeyPolicy {
  none,                   ///< no key counts
  local_file,             ///< authorized_keys of this machine
  local_file_then_agent,  ///< and the client's agent signs for the upstream
  upstream_file,          ///< upstream_authorized_keys
  agent                   ///< the upstream takes it, and the client's agent signs
};

/// Who decides on a login: it alone knows routes, passwords and keys (OpenSSH's word, privilege separation). One user
/// is looked up in a connection, by the server's side; all that follows is about him. A user without a route meets
/// the same answers, in the same time, as one whose every proof is wrong.
class Monitor {
 public:
  virtual ~Monitor() = default;
  /// Nothing stored opens the upstream or proves the client: the upstream decides.
  virtual bool upstream_decides() const = 0;
  virtual KeyPolicy key_policy() const = 0;
  /// Every key is asked for its signature, since only the upstream knows which are good; for known and unknown users.
  virtual bool accepts_unsigned_keys() const = 0;
  virtual PasswordCheck check_password(const Secret& typed) = 0;
  /// Whether a signature of this key would be verified here.
  virtual bool can_verify(const PublicKey& key) = 0;
  /// Whether the user's file grants something with a key that is only shown.
  virtual bool knows_key(const PublicKey& key) = 0;
  /// What the user's file grants with a key whose signature has been verified; nothing if it does not.
  virtual std::optional<KeyRights> rights_of(const PublicKey& key) = 0;
  /// The same by the text of upstream_authorized_keys.
  virtual std::optional<KeyRights> rights_in(const std::string& authorized_keys, const PublicKey& key) = 0;
};

}  // namespace pysshrp::auth
