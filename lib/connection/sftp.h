#pragma once
#include <optional>

#include "log/event.h"
#include "route/route.h"
#include "sftp/filter.h"

namespace pysshrp::connection {

/// What the route and the client's key say of SFTP; nothing when they have nothing to say, and every byte may pass
/// unread.
std::optional<sftp::Policy> sftp_policy(const route::Route& route, const sftp::ServerOptions& key);

/// The same event in the words of the log.
log::Event event_of(const sftp::Event& event);

}  // namespace pysshrp::connection
