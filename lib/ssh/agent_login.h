#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "base/named.h"
#include "base/userauth.h"
#include "ssh/client.h"

namespace pysshrp::ssh {

/// A login upstream with a key that somebody else's agent has (draft-ietf-sshm-ssh-agent). libssh talks to agents
/// without letting go until they have answered; so it gets, through a socket of ours, answers that are there before it
/// asks. It tries twice: first to say what there is to be signed, then with the signature.
class AgentLogin {
 public:
  /// `upstream` outlives it.
  AgentLogin(Client& upstream, UserName user) noexcept : upstream_(upstream), user_(std::move(user)) {}
  AgentLogin(const AgentLogin&) = delete;
  AgentLogin& operator=(const AgentLogin&) = delete;

  /// Whether the upstream would take the key. To be repeated while it is pending. After a success there is a
  /// request(), else another key can be offered.
  AuthResult offer(const PublicKey& key);
  /// SSH_AGENTC_SIGN_REQUEST, as it is sent to the agent.
  const std::string& request() const noexcept { return request_; }
  /// The end of it, with the whole answer of the agent, which must be one, see is_signature(). To be repeated while it
  /// is pending.
  AuthResult finish(std::string_view answer);

  /// How long a message is that begins like this; nothing if too little of it is there.
  static std::optional<std::size_t> size_of(std::string_view begin) noexcept;
  /// Whether this is SSH_AGENT_SIGN_RESPONSE.
  static bool is_signature(std::string_view answer) noexcept;

 private:
  bool prepare(std::string_view to_sign_request);
  std::string take_written();

  Client& upstream_;
  const UserName user_;
  PublicKey key_;
  Fd agent_;  ///< our end, where the agent would be
  bool prepared_ = false;
  std::string request_;
};

}  // namespace pysshrp::ssh
