#pragma once
#include <chrono>

#include "base/deadline.h"
#include "base/memory.h"
#include "config/config.h"
#include "connection/log_in.h"
#include "log/log.h"
#include "log/notify_status.h"
#include "relay/pending_channels.h"
#include "ssh/server.h"

namespace pysshrp::connection {

/// What a session needs to know, all of it longer-lived than the session.
struct SessionParams {
  const config::Settings& settings;
  const memory::Bound& memory;
  log::NotifyStatus& status;
  TimePoint start;  ///< of the connection
  int stop_fd;      ///< becomes readable when we are to end
};

/// How long ago that was, for a record.
std::chrono::milliseconds milliseconds_since(TimePoint start) noexcept;

/// Relays between both sides until one of them ends it; tells the other one, and the log. `pending`: what the client
/// has opened and asked for already.
void relay_session(ssh::Server& downstream, const LoggedIn& login, relay::PendingChannels pending,
                   const SessionParams& params, log::Log& log);

}  // namespace pysshrp::connection
