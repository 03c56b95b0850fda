#pragma once
#include "base/deadline.h"
#include "ssh/server.h"

namespace pysshrp::downstream {

/// Exchanges keys with the client. False when it did not come to that before `until`, or `stop_fd` became readable: the session's
/// obituary tells why.
bool shake_hands(ssh::Server& session, int stop_fd, TimePoint until);

}  // namespace pysshrp::downstream
