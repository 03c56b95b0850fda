#pragma once
#include <optional>
#include <string>

#include "log/event.h"
#include "route/route.h"
#include "sftp/filter.h"

namespace pysshrp::connection {

/// The identification strings of both sides, without `SSH-2.0-`.
struct Software {
  std::string client, upstream;
};

/// What the route and the client's key say of SFTP; nothing when they have nothing to say, the upstream
/// is likely to read SYMLINK as the client sends it, and every byte may pass unread.
std::optional<sftp::Policy> sftp_policy(const route::Route& route, const sftp::ServerOptions& key,
                                        const Software& software);

/// The same event in the words of the log.
log::Event event_of(const sftp::Event& event);

}  // namespace pysshrp::connection
