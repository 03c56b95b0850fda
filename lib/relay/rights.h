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

/// All that a client can ask for (RFC 4254, OpenSSH's PROTOCOL).
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
  signal,  ///< and nothing else that libssh tells of by a callback
  unknown  ///< break, eow@openssh.com and whatever else libssh does not name
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::unknown) + 1;

/// What the upstream may open towards the client, because the client has asked for it; and what it has turned out never
/// to answer.
struct Granted {
  bool agent = false, x11 = false;
  std::bitset<kKinds> unanswered;  ///< by Kind
};

/// What it takes to be allowed something.
enum class Right { none, ssh, pty, sftp, x11, agent, local_forwarding, remote_forwarding, nobodys };

struct Need {
  Kind kind;
  Right right;
};
/// Which right each of them needs, in the order of Kind. Without `ssh` an upstream sees of a session the sftp subsystem
/// and nothing else: a variable of the environment could be one that the SFTP server's loader or shell obeys.
inline constexpr Need kNeeds[] = {
    {Kind::session, Right::none},
    {Kind::direct_tcpip, Right::local_forwarding},
    {Kind::other_channel, Right::nobodys},
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
    {Kind::unknown, Right::nobodys},
};
static_assert(std::size(kNeeds) == kKinds);

/// What steers or serves a program is of no use to somebody who may run none.
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
    case Right::nobodys:
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

/// What the relay must know of one connection.
struct Terms {
  Rights rights;
  std::optional<sftp::Policy> sftp;           ///< nothing: SFTP passes untouched
  std::optional<std::string> forced_command;  ///< of the client's key
  std::size_t max_channels = 128;
  std::optional<std::chrono::seconds> idle_timeout;  ///< nothing: never
  bool client_is_openssh = false;  ///< an unknown request on a session without a terminal is then eow@openssh.com
};

/// What starts a program: at most one of these in the life of a session channel (RFC 4254, section 6.5).
inline bool starts(const ssh::ChannelRequest& request) {
  return std::holds_alternative<ssh::Shell>(request) || std::holds_alternative<ssh::Exec>(request) ||
         std::holds_alternative<ssh::Subsystem>(request);
}

}  // namespace pysshrp::relay
