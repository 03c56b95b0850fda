#pragma once
#include <string>

#include "base/named.h"
#include "base/result.h"
#include "base/secret.h"
#include "ssh/algorithms.h"
#include "ssh/session.h"

namespace pysshrp::ssh {

/// What a server proved itself with.
struct ServerKey {
  std::string type;  ///< `ssh-ed25519`
  HostKeyFingerprint fingerprint{""};
  std::string base64;
};

/// What a known_hosts file says to a server's key.
enum class KnownHost { ok, changed, other_type, unknown };

/// Whether a known_hosts file has any key of a host; false also when it cannot be read.
bool has_known_host(const std::string& known_hosts, const HostName& host, std::uint16_t port);

/// The session with the upstream, where we are the client.
class Client : public Session {
 public:
  /// `socket` is connected and stays its owner's. `host` and `port` are those to look for in `known_hosts`, which also
  /// says which host key algorithms to prefer; it may be missing.
  Status start(int socket, const HostName& host, std::uint16_t port, const std::string& known_hosts,
               const Algorithms& algorithms);
  /// The version exchange and the first key exchange. To be repeated while it says `again`, like all that follow.
  Progress exchange_keys() noexcept;
  Result<ServerKey> server_key() const;
  KnownHost look_up() const;
  /// The line for the known_hosts file given to start(), with its newline.
  Result<std::string> known_hosts_line() const;

  /// Asks for the methods (RFC 4252, section 5.2). `failed` is the usual answer: the server wants more.
  Progress auth_none(const UserName& user) noexcept;
  Progress auth_password(const UserName& user, const Secret& password) noexcept;
  /// Tells the upstream why, and goes.
  void disconnect(const std::string& text) noexcept { say_goodbye(text); }
  /// The methods that can continue, as the server named them last.
  std::string methods() const;

 private:
  Progress unless_dead(Progress progress) const noexcept;
};

}  // namespace pysshrp::ssh
