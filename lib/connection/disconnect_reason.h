#pragma once
#include "log/event.h"
#include "ssh/session.h"

namespace pysshrp::connection {

/// How a session that is dead came to its end.
log::DisconnectReason disconnect_reason_of(const ssh::Session& session);

}  // namespace pysshrp::connection
