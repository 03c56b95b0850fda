#pragma once
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/named.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/userauth.h"
#include "ssh/algorithms.h"
#include "ssh/public_key.h"
#include "ssh/session.h"

namespace pysshrp::ssh {

/// The session with the upstream, where we are the client.
class Client : public Session {
 public:
  Client();
  /// `socket` is connected and stays its owner's.
  Status start(int socket, const HostName& host, std::uint16_t port, const Algorithms& algorithms);
  /// The version exchange and the first key exchange. To be repeated while it says `again`, like all that follow.
  Progress exchange_keys() noexcept;
  Result<PublicKey> server_key() const;

  // Attempts to log in. Each is to be repeated with the same arguments while it is pending; no other one may be made
  // meanwhile. AuthError: the connection is gone, or libssh could not make the attempt; it has no client_text.
  /// Asks for the methods (RFC 4252, section 5.2). AuthFailure is the usual answer.
  AuthResult auth_none(const UserName& user);
  AuthResult auth_password(const UserName& user, const Secret& password);
  /// Starts keyboard-interactive, or goes on with it after answer().
  AuthResult auth_interactive(const UserName& user);
  /// With the keys of the agent of set_agent(), one after the other. libssh waits for each answer of the agent.
  AuthResult auth_agent(const UserName& user);
  /// From now on `connection` is the one to the agent; the one before is closed. False: it is none.
  bool set_agent(Fd connection) noexcept;
  void answer(const Answers& answers) noexcept;
  /// Has the server listen (RFC 4254, section 7.1), at a port that is not 0; one request at a time.
  Progress listen(const HostAndPort& at) noexcept;
  Progress stop_listening(const HostAndPort& at) noexcept;
  /// The identification string of the server, without `SSH-2.0-`.
  std::string server_software() const;
  /// What the server has had shown to the user (RFC 4252, section 5.4) since the last call.
  std::vector<std::string> take_banners();
  /// The methods that can continue, as the server named them last.
  std::vector<std::string> methods() const;
  bool offers(std::string_view method) const noexcept;

 private:
  AuthResult result_of(int rc) const;
  InfoRequest info_request() const;

  int agent_ = -1;  // libssh's, which closes it with the session
};

}  // namespace pysshrp::ssh
