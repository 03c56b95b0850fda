#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "log/send_queue.h"
#include "log/sinks.h"
#include "log/text.h"
#include "log/unix_socket.h"

namespace pysshrp::log {
namespace {

/// `Nov  7 10:00:00`, in local time, as RFC 3164 has it.
std::string timestamp() {
  const time_t now = ::time(nullptr);
  tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), ::strftime(text.data(), text.size(), "%b %e %H:%M:%S", &local)};
}

/// Replaces syslog(3), which reconnects after the daemon was restarted: the sandbox of a session forbids new sockets.
class Syslog final : public Sink {
 public:
  Syslog(Fd socket, SendQueue::Kind kind) noexcept
      : queue_(std::move(socket), kind), ends_with_nul_(kind == SendQueue::Kind::stream) {
    ::tzset();  // reads a file, which is no longer possible in a session
  }

  bool write(const Record& record) noexcept override { return queue_.write(text_of(record, timestamp() + ' ')); }
  /// It may be long until then: the daemon takes its own time.
  Raw raw(const Record& record) override { return {queue_.fd(), text_of(record, "")}; }
  std::size_t flush(std::chrono::milliseconds wait) noexcept override { return queue_.flush(wait); }
  int blocked_fd() const noexcept override { return queue_.blocked_fd(); }

 private:
  std::string text_of(const Record& record, const std::string& when) const {
    std::string text = '<' + std::to_string(LOG_AUTHPRIV | static_cast<int>(record.level)) + '>' + when + "pysshrp[" +
                       std::to_string(::getpid()) + "]: " + line(record);
    if (ends_with_nul_) text += '\0';
    return text;
  }

  SendQueue queue_;
  bool ends_with_nul_;
};

}  // namespace

std::unique_ptr<Sink> open_syslog() {
  if (Fd socket = connect_unix(_PATH_LOG))
    return std::make_unique<Syslog>(std::move(socket), SendQueue::Kind::datagrams);
  return std::make_unique<Syslog>(connect_unix(_PATH_LOG, SOCK_STREAM), SendQueue::Kind::stream);
}

}  // namespace pysshrp::log
