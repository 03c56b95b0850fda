#include "log/log.h"

#include "log/sinks.h"

namespace pysshrp::log {

std::unique_ptr<Sink> open_sink(Target target) {
  if (target == Target::stderr_lines) return open_stderr_lines();
  if (target == Target::journal) {
    if (auto journal = open_journal()) return journal;
  }
  return open_syslog();
}

}  // namespace pysshrp::log
