#pragma once
#include <string>

#include "base/named.h"
#include "base/result.h"
#include "base/secret.h"
#include "ssh/algorithms.h"
#include "ssh/interactive.h"
#include "ssh/private_key.h"
#include "ssh/public_key.h"
#include "ssh/session.h"

namespace pysshrp::ssh {

/// What the server says to an attempt to log in (RFC 4252, section 5.1).
enum class Verdict {
  again,    ///< nothing yet
  success,  ///< logged in
  partial,  ///< right, and more is needed: see methods()
  asked,    ///< keyboard-interactive goes on
  denied,
  broken  ///< the connection is gone, or libssh could not make the attempt: see error()
};

/// The session with the upstream, where we are the client.
class Client : public Session {
 public:
  /// `socket` is connected and stays its owner's.
  Status start(int socket, const HostName& host, std::uint16_t port, const Algorithms& algorithms);
  /// The version exchange and the first key exchange. To be repeated while it says `again`, like all that follow.
  Progress exchange_keys() noexcept;
  Result<PublicKey> server_key() const;

  // Attempts to log in. Each is to be repeated with the same arguments while it says `again`; no other one may be made
  // meanwhile.
  /// Asks for the methods (RFC 4252, section 5.2). `denied` is the usual answer.
  Verdict auth_none(const UserName& user) noexcept;
  Verdict auth_password(const UserName& user, const Secret& password) noexcept;
  Verdict auth_key(const UserName& user, const PrivateKey& key) noexcept;
  /// Starts keyboard-interactive, or goes on with it after answer(). `asked`: round() is to be answered.
  Verdict auth_interactive(const UserName& user) noexcept;
  /// With the keys of the agent behind ssh_set_agent_socket: see AgentLogin.
  Verdict auth_agent(const UserName& user) noexcept;
  Round round() const;
  void answer(const Answers& answers) noexcept;
  /// Has the server listen (RFC 4254, section 7.1), at a port that is not 0; one request at a time.
  Progress listen(const HostAndPort& at) noexcept;
  Progress stop_listening(const HostAndPort& at) noexcept;
  /// The identification string of the server, without `SSH-2.0-`.
  std::string server_software() const;
  /// What the server had shown to the user last (RFC 4252, section 5.4); empty if nothing.
  std::string banner() const;
  /// The methods that can continue, as the server named them last.
  std::string methods() const;
  bool offers(std::string_view method) const noexcept;

 private:
  Verdict verdict_of(int rc) const noexcept;
};

}  // namespace pysshrp::ssh
