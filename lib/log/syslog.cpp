#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstddef>

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
  Syslog() {
    ::tzset();  // while files can be read
    socket_ = connect_unix(_PATH_LOG);
    is_stream_ = !socket_;
    if (is_stream_) socket_ = connect_unix(_PATH_LOG, SOCK_STREAM);
    if (socket_) wait_at_most(socket_.get());
  }

  void write(const Record& record) noexcept override {
    std::string text = '<' + std::to_string(LOG_AUTHPRIV | static_cast<int>(record.level)) + '>' + timestamp() +
                       " pysshrp[" + std::to_string(::getpid()) + "]: " + line(record);
    if (is_stream_) text += '\0';
    (void)::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }

 private:
  Fd socket_;
  bool is_stream_ = false;
};

}  // namespace

std::unique_ptr<Sink> open_syslog() {
  return std::make_unique<Syslog>();
}

}  // namespace pysshrp::log
