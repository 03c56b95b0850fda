#pragma once
#include <memory>
#include <optional>

#include "auth/key_options.h"
#include "base/deadline.h"
#include "base/memory.h"
#include "config/config.h"
#include "log/log.h"
#include "monitor/client.h"
#include "peer/peer.h"
#include "peer/startups.h"
#include "route/route.h"
#include "ssh/agent_login.h"
#include "ssh/algorithms.h"
#include "ssh/library.h"
#include "ssh/server.h"
#include "upstream/user_auth.h"

namespace pysshrp::connection {

/// A client that may in, and the upstream that lets him in, or will when his agent has signed.
struct LoggedIn {
  std::unique_ptr<route::Route> route;  // the upstream refers to it
  std::unique_ptr<upstream::UserAuth> upstream;
  std::unique_ptr<ssh::AgentLogin> agent;  ///< nothing: the upstream is logged in to
  auth::KeyRights rights;                  ///< what the client's key grants; everything, without one
};

/// What a login needs to know, all of it longer-lived than the login.
struct AuthParams {
  monitor::Client& monitor;
  const config::Settings& settings;
  const ssh::Algorithms& algorithms;
  const peer::Peer& peer;
  const ssh::AttemptWatch& watch;
  const peer::Startup& startup;
  memory::Bound& memory;
  int stop_fd;      ///< becomes readable when we are to end
  TimePoint until;  ///< the end of login_grace_time
};

/// The login of one client, within its bounds of time, packets and memory. Nothing if it came to none; then the client
/// has been told what he may know, and the log the rest.
std::unique_ptr<LoggedIn> log_in(ssh::Server& downstream, const AuthParams& params, log::Log& log);

}  // namespace pysshrp::connection
