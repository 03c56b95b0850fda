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

/// Does what syslog(3) does, which makes a new socket when the daemon has been started again; in a session the sandbox
/// refuses that.
class Syslog final : public Sink {
 public:
  Syslog(Fd socket, SendQueue::Kind kind) noexcept
      : queue_(std::move(socket), kind), ends_with_nul_(kind == SendQueue::Kind::stream) {
    ::tzset();  // while files can be read
  }

  bool write(const Record& record) noexcept override {
    std::string text = '<' + std::to_string(LOG_AUTHPRIV | static_cast<int>(record.level)) + '>' + timestamp() +
                       " pysshrp[" + std::to_string(::getpid()) + "]: " + line(record);
    if (ends_with_nul_) text += '\0';
    return queue_.write(std::move(text));
  }
  std::size_t flush(std::chrono::milliseconds wait) noexcept override { return queue_.flush(wait); }

 private:
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
