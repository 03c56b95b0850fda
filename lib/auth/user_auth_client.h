#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/secret.h"
#include "base/userauth.h"

namespace pysshrp::auth {

/// An upstream whose host key is good; what of that is worth a record.
struct VerifiedHost {
  std::string recorded;                       ///< the fingerprint that accept-new has written down, if it did
  bool unchecked = false;                     ///< insecure, and nothing vouches for the key
  std::vector<std::string> passed_over = {};  ///< the hosts and addresses before this one, each with the reason
};

/// One connection to an upstream, as far as the login goes: the client's side of RFC 4252 and 4256. No call blocks. A
/// request is repeated, with the same arguments, while it is pending, and no other one is made meanwhile. An AuthError
/// has both texts.
class UserAuthClient {
 public:
  virtual ~UserAuthClient() = default;

  /// Resolves, connects, exchanges keys, verifies the host key. Nothing: that is done; else AuthPending or AuthError.
  virtual std::optional<AuthResult> connect(TimePoint now) = 0;
  /// Once connect() is done.
  virtual const VerifiedHost& verified() const = 0;
  /// The host of now, `host:port`, and its address.
  virtual std::string where() const = 0;
  virtual const std::string& address() const = 0;

  // Once connect() is done.
  /// Whether the connection is there still; reads what has come meanwhile.
  virtual bool is_alive() = 0;
  /// The upstream has said SSH_MSG_DISCONNECT, as sshd does after too many tries.
  virtual bool has_said_goodbye() const = 0;
  /// Software that takes an empty password where it would take none.
  virtual bool is_openssh() const = 0;
  /// What it wants shown to the user since the last call (RFC 4252, section 5.4).
  virtual std::vector<std::string> take_banners() = 0;
  /// The methods that can continue, as it named them last.
  virtual std::vector<std::string> methods() const = 0;

  /// Asks for the methods (section 5.2). AuthFailure: they are known; AuthSuccess: it wants no proof.
  virtual AuthResult none() = 0;
  virtual AuthResult password(const Secret& password) = 0;
  /// Nothing: upstream_key is there, or the route has none.
  virtual std::optional<AuthError> load_key() = 0;
  /// With upstream_key.
  virtual AuthResult public_key() = 0;
  /// Starts keyboard-interactive, or goes on with it after answer().
  virtual AuthResult keyboard_interactive() = 0;
  virtual void answer(const Answers& answers) = 0;
  /// Whether it would take this key; the client's agent signs later.
  virtual AuthResult query_key(const PublicKey& key) = 0;
  /// Reads upstream_authorized_keys, after public_key() has succeeded. AuthSuccess: fetched() has the file.
  virtual AuthResult fetch_keys() = 0;
  virtual const std::string& fetched() const = 0;

  bool offers(std::string_view method) const {
    for (const std::string& name : methods())
      if (name == method) return true;
    return false;
  }
};

}  // namespace pysshrp::auth
