#pragma once
#include <memory>

#include "log/log.h"

namespace pysshrp::log {

/// Records with their fields to journald; nothing where it does not listen.
std::unique_ptr<Sink> open_journal();

/// Lines to /dev/log, facility authpriv.
std::unique_ptr<Sink> open_syslog();

/// Lines `pysshrp: LEVEL: ...` on stderr, each in one write(2).
std::unique_ptr<Sink> open_stderr_lines();

}  // namespace pysshrp::log
