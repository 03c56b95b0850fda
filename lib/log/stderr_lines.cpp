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
  void write(const Record& record) noexcept override {
    const std::string text =
        std::string{"pysshrp: "} + kLevels[static_cast<std::size_t>(record.level)] + ": " + line(record) + '\n';
    while (::write(STDERR_FILENO, text.data(), text.size()) < 0 && errno == EINTR) continue;
  }
};

}  // namespace

std::unique_ptr<Sink> open_stderr_lines() {
  return std::make_unique<StderrLines>();
}

}  // namespace pysshrp::log
