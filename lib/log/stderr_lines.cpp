#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "log/sinks.h"
#include "log/text.h"

namespace pysshrp::log {
namespace {

constexpr std::array kLevels{"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"};

class StderrLines final : public Sink {
 public:
  bool write(const Record& record) noexcept override {
    // It is not ours alone, so that it cannot be made not to block. A pipe that says it has room has it for PIPE_BUF
    // bytes, more than a line has, if nobody else writes in between.
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&room, 1, 0) != 1) return false;
    const std::string text =
        std::string{"pysshrp: "} + kLevels[static_cast<std::size_t>(record.level)] + ": " + line(record) + '\n';
    ssize_t written = -1;
    while ((written = ::write(STDERR_FILENO, text.data(), text.size())) < 0 && errno == EINTR) continue;
    return written >= 0;
  }
};

}  // namespace

std::unique_ptr<Sink> open_stderr_lines() {
  return std::make_unique<StderrLines>();
}

}  // namespace pysshrp::log
