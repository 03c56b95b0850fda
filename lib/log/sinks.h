#pragma once
#include <memory>

#include "log/log.h"

namespace pysshrp::log {

/// Records with their fields to journald; nothing when libsystemd cannot be loaded.
std::unique_ptr<Sink> open_journal();

/// Lines to syslog(3), facility authpriv.
std::unique_ptr<Sink> open_syslog();

/// Lines `pysshrp: LEVEL: ...` on stderr, each in one write(2).
std::unique_ptr<Sink> open_stderr_lines();

}  // namespace pysshrp::log
