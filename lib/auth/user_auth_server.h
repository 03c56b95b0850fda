#pragma once
#include <optional>
#include <string>
#include <variant>

#include "base/userauth.h"

namespace pysshrp::auth {

/// What a client comes with that somebody has to decide on.
using AuthAttempt = std::variant<PasswordRequest, PublicKeyRequest, KeyboardInteractiveRequest, InfoResponse>;

/// The connection with a client, as far as the login goes: the server's side of RFC 4252 and 4256. It answers by itself
/// what needs no decision.
class UserAuthServer {
 public:
  virtual ~UserAuthServer() = default;
  /// The attempt that waits for its answer: once, then it is the caller's.
  virtual std::optional<AuthAttempt> take_attempt() = 0;
  /// Answers it, in due time: a failure always takes as long, whatever was found out. AuthPending is no answer.
  /// AuthError ends the connection.
  virtual void answer(AuthResult result) = 0;
  /// Answers a PublicKeyRequest that is not signed: SSH_MSG_USERAUTH_PK_OK or a failure, which costs no try.
  virtual void answer_key_query(bool acceptable) = 0;
  /// Has the client's user see this text (RFC 4252, section 5.4). Before a success.
  virtual void show_banner(const std::string& text) = 0;
};

}  // namespace pysshrp::auth
