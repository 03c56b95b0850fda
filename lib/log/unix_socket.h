#pragma once
#include <sys/socket.h>

#include <string>

#include "base/fd.h"

namespace pysshrp::log {

/// A non-blocking socket, connected to the Unix socket at a path or, with an `@` in front, to an abstract name. An
/// empty Fd if nobody listens. Use send(2), which the sandbox allows; it forbids to connect again in a session.
Fd connect_unix(const std::string& name, int type = SOCK_DGRAM);

}  // namespace pysshrp::log
