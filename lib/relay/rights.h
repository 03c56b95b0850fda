#pragma once
#include <chrono>
#include <cstddef>
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

/// What the upstream may open towards the client, because the client has asked for it.
struct Granted {
  bool agent = false, x11 = false;
};

/// What a client may open.
inline bool permits(Rights rights, const ssh::Opening& opening) {
  if (std::holds_alternative<ssh::OpenSession>(opening)) return true;
  return std::holds_alternative<ssh::OpenDirect>(opening) && rights.local_forwarding;
}

/// The sftp subsystem is sftp's right, everything else that runs or steers a program is ssh's.
inline bool permits(Rights rights, const ssh::ChannelRequest& request) {
  return std::visit(Cases{[&](const ssh::Shell&) { return rights.ssh; }, [&](const ssh::Exec&) { return rights.ssh; },
                          [&](const ssh::Subsystem& s) { return s.name == "sftp" ? rights.sftp : rights.ssh; },
                          [&](const ssh::Pty&) { return rights.pty; }, [&](const ssh::X11&) { return rights.x11; },
                          [](const auto&) { return true; }},
                    request);
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
