#pragma once
#include "base/deadline.h"
#include "connection/serve.h"
#include "log/log.h"

namespace pysshrp::connection {

/// Behind a load balancer of proxy_protocol, puts the client that it names in the place of the peer, here and in the
/// log. False when there is nobody to serve: the log has why. It is all over at `until`.
bool introduce(Connection& connection, TimePoint until, log::Log& log);

}  // namespace pysshrp::connection
