#include "base/watchdog.h"

#include <signal.h>
#include <sys/time.h>

#include <chrono>

namespace pysshrp::watchdog {

void rearm(TimePoint now, long patience) noexcept {
  // The kernel has one such timer for the process, and here is when it was set.
  static TimePoint armed{};
  if (now - armed < std::chrono::seconds{1}) return;
  if (armed == TimePoint{}) {  // whoever has started us may have wanted to hear nothing of it
    sigset_t prof;
    sigemptyset(&prof);
    sigaddset(&prof, SIGPROF);
    ::signal(SIGPROF, SIG_DFL);
    ::sigprocmask(SIG_UNBLOCK, &prof, nullptr);
  }
  armed = now;
  const itimerval timer{{}, {patience, 0}};
  ::setitimer(ITIMER_PROF, &timer, nullptr);
}

}  // namespace pysshrp::watchdog
