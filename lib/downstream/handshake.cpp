#include "downstream/handshake.h"

#include <poll.h>

#include "ssh/wait.h"

namespace pysshrp::downstream {

bool shake_hands(ssh::Server& session, int stop_fd, TimePoint until) {
  for (;;) {
    const ssh::Progress progress = session.exchange_keys();
    if (progress != ssh::Progress::again) return progress == ssh::Progress::done;
    const auto events = static_cast<short>(session.write_pending() ? POLLIN | POLLOUT : POLLIN);
    if (ssh::wait({}, {session.fd(), events}, stop_fd, until) || Clock::now() >= until) return false;
  }
}

}  // namespace pysshrp::downstream
