#include "ssh/wait.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "base/watchdog.h"
#include "ssh/read_ahead.h"

namespace pysshrp::ssh {

bool wait(std::initializer_list<Turn> turns, std::span<const Other> others, int stop_fd, TimePoint until) noexcept {
  std::array<pollfd, 1 + 2 + kMaxOthers> fds;
  fds[0] = {stop_fd, POLLIN, 0};
  std::size_t n = 1;
  for (const Turn& turn : turns) {
    const ssh::Session& session = *turn.session;
    const int events = (turn.held || !session.wants_input() ? 0 : POLLIN) | (session.write_pending() ? POLLOUT : 0);
    // Not even watched when there is nothing to wait for: a hang-up is reported all the same, and the loop would spin.
    const bool is_watched = !session.dead() && !session.end_waits() && events != 0;
    fds[n++] = {is_watched ? session.fd() : -1, static_cast<short>(events), 0};
  }
  for (const Other& other : others.first(std::min(others.size(), kMaxOthers))) fds[n++] = {other.fd, other.events, 0};
  const TimePoint now = Clock::now();
  watchdog::rearm(now);
  const timespec limit = time_left(now, until);
  poll_ahead(fds.data(), n, &limit);
  n = 1;
  for (const Turn& turn : turns)
    if (fds[n++].revents != 0) turn.session->service();
  return fds[0].revents != 0;
}

}  // namespace pysshrp::ssh
