#pragma once
#include <sys/socket.h>

#include <string>

#include "base/fd.h"

namespace pysshrp::log {

/// Connected to the Unix socket at a path or, with an `@` in front, at a name in the abstract namespace; nothing where
/// nobody listens. It never blocks, is written to with send(2), and is never connected again: in a session the sandbox
/// refuses that.
Fd connect_unix(const std::string& name, int type = SOCK_DGRAM);

}  // namespace pysshrp::log
