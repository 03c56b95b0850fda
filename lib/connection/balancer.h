#pragma once
#include "base/deadline.h"
#include "connection/serve.h"
#include "log/log.h"

namespace pysshrp::connection {

/// Whether the peer is a load balancer of proxy_protocol.
bool is_balancer(const config::Settings& settings, const peer::Peer& peer);

/// Puts the client that a load balancer names in the place of the peer, here and in the log. False when there is nobody
/// to serve: the log has why. It is all over at `until`.
bool take_proxy_header(Connection& connection, TimePoint until, log::Log& log);

/// The same for somebody else, who names nobody.
bool meet_stranger(const Connection& connection, log::Log& log);

}  // namespace pysshrp::connection
