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
    // stderr is shared with other processes, so it must not be made non-blocking. A pipe that polls as writable has
    // room for PIPE_BUF bytes, more than a line, unless somebody else writes in between.
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&room, 1, 0) != 1) return false;
    const std::string text = text_of(record);
    ssize_t written = -1;
    while ((written = ::write(STDERR_FILENO, text.data(), text.size())) < 0 && errno == EINTR) continue;
    return written >= 0;
  }
  Raw raw(const Record& record) override { return {STDERR_FILENO, text_of(record)}; }

 private:
  static std::string text_of(const Record& record) {
    return std::string{"pysshrp: "} + kLevels[static_cast<std::size_t>(record.level)] + ": " + line(record) + '\n';
  }
};

}  // namespace

std::unique_ptr<Sink> open_stderr_lines() {
  return std::make_unique<StderrLines>();
}

}  // namespace pysshrp::log
