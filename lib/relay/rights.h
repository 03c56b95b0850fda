#pragma once
#include <bitset>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "sftp/filter.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// What the route and the client's key allow.
struct Rights {
  bool ssh = false, sftp = false, pty = true;
  bool local_forwarding = false, remote_forwarding = false, agent = false, x11 = false;
};

/// Everything that a client can ask for (RFC 4254, OpenSSH's PROTOCOL).
enum class Kind {
  session,        ///< a channel
  direct_tcpip,   ///< a channel
  other_channel,  ///< of any other type
  tcpip_forward,  ///< and cancel-tcpip-forward
  pty,
  window_change,
  env,
  shell,
  exec,
  sftp,             ///< the subsystem of that name
  other_subsystem,  ///< of any other name
  x11,
  agent,   ///< auth-agent-req@openssh.com
  signal,  ///< like agent, libssh reports it only by a callback
  unknown  ///< break, eow@openssh.com and all others that libssh does not name
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::unknown) + 1;

/// What the upstream may open towards the client, because the client asked for it; and the kinds of request that the
/// upstream has turned out not to answer.
struct Granted {
  bool agent = false, x11 = false;
  std::bitset<kKinds> unanswered;  ///< by Kind
};

/// The right that a request needs. `never`: it is always refused.
enum class Right { none, ssh, pty, sftp, x11, agent, local_forwarding, remote_forwarding, never };

struct Need {
  Kind kind;
  Right right;
};
/// Which right each kind needs, in the order of Kind. Without `ssh` only the sftp subsystem is passed on: an
/// environment variable could change what the SFTP server's loader or shell runs.
inline constexpr Need kNeeds[] = {
    {Kind::session, Right::none},
    {Kind::direct_tcpip, Right::local_forwarding},
    {Kind::other_channel, Right::never},
    {Kind::tcpip_forward, Right::remote_forwarding},
    {Kind::pty, Right::pty},
    {Kind::window_change, Right::pty},
    {Kind::env, Right::ssh},
    {Kind::shell, Right::ssh},
    {Kind::exec, Right::ssh},
    {Kind::sftp, Right::sftp},
    {Kind::other_subsystem, Right::ssh},
    {Kind::x11, Right::x11},
    {Kind::agent, Right::agent},
    {Kind::signal, Right::ssh},
    {Kind::unknown, Right::never},
};
static_assert(std::size(kNeeds) == kKinds);

/// Terminals, X11 and agents also need `ssh`: they only serve a program.
constexpr bool has(const Rights& rights, Right right) noexcept {
  switch (right) {
    case Right::none:
      return true;
    case Right::ssh:
      return rights.ssh;
    case Right::pty:
      return rights.ssh && rights.pty;
    case Right::sftp:
      return rights.sftp;
    case Right::x11:
      return rights.ssh && rights.x11;
    case Right::agent:
      return rights.ssh && rights.agent;
    case Right::local_forwarding:
      return rights.local_forwarding;
    case Right::remote_forwarding:
      return rights.remote_forwarding;
    case Right::never:
      break;
  }
  return false;
}

constexpr bool permits(const Rights& rights, Kind kind) noexcept {
  return has(rights, kNeeds[static_cast<std::size_t>(kind)].right);
}

Kind kind_of(const ssh::Opening& opening);
Kind kind_of(const ssh::ChannelRequest& request);

/// What a client may open or ask for.
inline bool permits(const Rights& rights, const ssh::Opening& opening) {
  return permits(rights, kind_of(opening));
}
inline bool permits(const Rights& rights, const ssh::ChannelRequest& request) {
  return permits(rights, kind_of(request));
}

/// The parameters of one relay.
struct RelayOptions {
  Rights rights;
  std::optional<sftp::Policy> sftp;           ///< nothing: SFTP is not filtered
  std::optional<std::string> forced_command;  ///< of the client's key
  std::size_t max_channels = 128;
  std::optional<std::chrono::seconds> idle_timeout;  ///< nothing: never
  bool client_is_openssh = false;  ///< then an unknown request on a session without a terminal is eow@openssh.com
};

/// Whether a request starts a program. Only one of these can succeed per channel (RFC 4254, section 6.5).
inline bool starts(const ssh::ChannelRequest& request) {
  return std::holds_alternative<ssh::Shell>(request) || std::holds_alternative<ssh::Exec>(request) ||
         std::holds_alternative<ssh::Subsystem>(request);
}

}  // namespace pysshrp::relay
