#include <syslog.h>

#include "log/sinks.h"
#include "log/text.h"

namespace pysshrp::log {
namespace {

class Syslog final : public Sink {
 public:
  // LOG_NDELAY: the socket is connected now, before the program takes rights away from itself.
  Syslog() noexcept { openlog("pysshrp", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV); }
  Syslog(const Syslog&) = delete;
  Syslog& operator=(const Syslog&) = delete;
  ~Syslog() override { closelog(); }

  void write(const Record& record) noexcept override {
    syslog(static_cast<int>(record.level), "%s", line(record).c_str());
  }
};

}  // namespace

std::unique_ptr<Sink> open_syslog() {
  return std::make_unique<Syslog>();
}

}  // namespace pysshrp::log
