#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sftp/server_options.h"

namespace pysshrp::auth {

/// What a line of authorized_keys grants with the login.
struct KeyRights {
  std::optional<std::string> command;  ///< runs instead of whatever is asked for
  sftp::ServerOptions sftp;            ///< of a command that is internal-sftp
  bool pty = true, port_forwarding = true, agent_forwarding = true, x11_forwarding = true;
  bool user_rc = true;  ///< only a certificate of ours passes it on
};

/// What two keys grant together, when a login takes both: what each of them does. An Error where both force a command,
/// and not the same.
Result<KeyRights> both(const KeyRights& one, const KeyRights& other);

/// The options of a line: what it grants, from where and until when.
struct KeyOptions {
  KeyRights rights;
  std::optional<std::string> from;                  ///< a list as from_admits reads it
  std::optional<std::chrono::sys_seconds> expires;  ///< the last moment at which it grants
  bool is_authority = false;            ///< cert-authority: the key is none to log in with, but certifies others
  std::vector<std::string> principals;  ///< whom it may certify; empty: the user by his name
};

/// Reads what stands before the key type (sshd(8), AUTHORIZED_KEYS FILE FORMAT). An option that is not understood is an
/// Error: it may be one that takes rights away.
Result<KeyOptions> parse_key_options(std::string_view text);

}  // namespace pysshrp::auth
