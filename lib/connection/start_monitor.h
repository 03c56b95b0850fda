#pragma once
#include <functional>
#include <memory>

#include "base/deadline.h"
#include "connection/serve.h"
#include "log/log.h"
#include "monitor/client.h"
#include "ssh/algorithms.h"

namespace pysshrp::connection {

struct MonitorParams {
  const ssh::Algorithms& algorithms;  ///< outlive the monitor, like the connection
  TimePoint until;                    ///< the end of login_grace_time
  std::function<void()> leave;        ///< closes what is the front's alone, besides the client's socket
};

/// Privilege separation, as OpenSSH calls it: from here on there are two processes until the login is over. Returns in
/// the front, which goes on; the monitor answers its requests, and ends with it. Null if there is none: the log has
/// why.
std::unique_ptr<monitor::Client> start_monitor(Connection& connection, const MonitorParams& params, log::Log& log);

}  // namespace pysshrp::connection
