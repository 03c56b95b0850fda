#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "ssh/algorithms.h"
#include "ssh/host_key.h"
#include "ssh/session.h"

namespace pysshrp::ssh {

/// The session with the client, where we are the server.
class Server : public Session {
 public:
  /// Hands the socket to libssh, which closes it with the session. `keys` must not be empty.
  Status accept(Fd socket, std::vector<HostKey> keys, const Algorithms& algorithms);
  /// The version exchange and the first key exchange (RFC 4253, sections 4.2 and 7). To be repeated while it says `again`.
  Progress exchange_keys() noexcept;
  /// The authentication methods that a refusal names from now on; by their names, at least one.
  void offer(std::span<const std::string_view> methods) noexcept;
  /// The identification string of the client, without `SSH-2.0-`.
  std::string client_software() const;
};

}  // namespace pysshrp::ssh
