#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/public_key.h"
#include "base/secret.h"

/// The authentication protocol's messages (RFC 4252, RFC 4256) as values: what a client asks for, and what is said to
/// it. One vocabulary from the upstream's answer to the client's.
namespace pysshrp {

// SSH_MSG_USERAUTH_REQUEST (RFC 4252, section 5), by its method.
struct NoneRequest {};  ///< section 5.2
struct PasswordRequest {
  Secret password;
};  ///< section 8
struct PublicKeyRequest {
  PublicKey key;
  bool is_signed = false;  ///< with a signature that has been verified; else the client asks whether the key would do
};                         ///< section 7
struct KeyboardInteractiveRequest {};  ///< RFC 4256, section 3.1
struct UnknownMethodRequest {};
using UserAuthRequest =
    std::variant<NoneRequest, PasswordRequest, PublicKeyRequest, KeyboardInteractiveRequest, UnknownMethodRequest>;

/// SSH_MSG_USERAUTH_INFO_REQUEST (RFC 4256, section 3.2). It may ask nothing.
struct InfoRequest {
  struct Prompt {
    std::string text;
    bool echo;
    bool operator==(const Prompt&) const = default;
  };
  std::string name, instruction;
  std::vector<Prompt> prompts;
  bool operator==(const InfoRequest&) const = default;
};

/// An answer for each prompt.
using Answers = std::vector<Secret>;

/// SSH_MSG_USERAUTH_INFO_RESPONSE (RFC 4256, section 3.4).
struct InfoResponse {
  Answers answers;
};

// What is said to a request.
struct AuthPending {};  ///< nothing yet: ask again
struct AuthSuccess {};  ///< SSH_MSG_USERAUTH_SUCCESS
/// SSH_MSG_USERAUTH_FAILURE with partial success: one of these methods is wanted besides (section 5.1).
struct AuthPartialSuccess {
  std::vector<std::string> methods;
};
/// SSH_MSG_USERAUTH_FAILURE.
struct AuthFailure {
  std::string record;  ///< why, for the operator; may be empty
  bool counts = true;  ///< among the tries that max_auth_tries bounds
};
/// There will be no login on this connection.
struct AuthError {
  std::string record;       ///< for the operator
  std::string client_text;  ///< for the client, see client_messages
};
using AuthResult = std::variant<AuthPending, AuthSuccess, AuthPartialSuccess, AuthFailure, InfoRequest, AuthError>;

/// A name-list of RFC 4251, section 5.
inline std::string comma_separated(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  return list;
}

inline bool is_pending(const AuthResult& result) noexcept {
  return std::holds_alternative<AuthPending>(result);
}

}  // namespace pysshrp
