#include "downstream/handshake.h"

#include <poll.h>
#include <sys/socket.h>

#include <string>

#include "base/bytes.h"
#include "ssh/wait.h"

namespace pysshrp::downstream {
namespace {

/// RFC 4253, section 4.2.
std::string version_line() {
  return std::string{"SSH-2.0-"} + ssh::kSoftware + "\r\n";
}

void send_last(const Fd& socket, const std::string& bytes) noexcept {
  ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ssh::linger(socket.get());
}

}  // namespace

bool shake_hands(ssh::Server& session, int stop_fd, TimePoint until) {
  for (;;) {
    const ssh::Progress progress = session.exchange_keys();
    if (progress != ssh::Progress::again) return progress == ssh::Progress::done;
    const ssh::Other socket{session.fd(), static_cast<short>(session.write_pending() ? POLLIN | POLLOUT : POLLIN)};
    if (ssh::wait({}, {&socket, 1}, stop_fd, until) || Clock::now() >= until) return false;
  }
}

void send_identification(const Fd& socket) noexcept {
  send_last(socket, version_line());
}

void send_early_disconnect(const Fd& socket, std::string_view text) noexcept {
  const auto uint32 = [](std::size_t n) { return ByteWriter{}.u32(n).release(); };
  constexpr char kDisconnect = 1;             // SSH_MSG_DISCONNECT
  constexpr std::size_t kByApplication = 11;  // SSH_DISCONNECT_BY_APPLICATION
  const std::string payload =
      kDisconnect + uint32(kByApplication) + uint32(text.size()) + std::string{text} + uint32(0);
  // RFC 4253, section 6: length, padding length, payload, padding; all of it a multiple of eight, the padding at least
  // four.
  const std::size_t padding = 8 - (5 + payload.size()) % 8 + (8 - (5 + payload.size()) % 8 < 4 ? 8 : 0);
  send_last(socket, version_line() + uint32(1 + payload.size() + padding) + static_cast<char>(padding) + payload +
                        std::string(padding, '\0'));
}

}  // namespace pysshrp::downstream
