#include "base/watchdog.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pysshrp {
namespace {

/// How a process ends that goes round for ever, unless it comes back so often.
int ends_by(bool comes_back) {
  const pid_t child = ::fork();
  if (child == 0) {
    const TimePoint begin = Clock::now();
    watchdog::rearm(begin, 1);
    for (TimePoint now = begin; now - begin < std::chrono::seconds{comes_back ? 3 : 60}; now = Clock::now())
      if (comes_back) watchdog::rearm(now, 2);
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(Watchdog, EndsWhoDoesNotComeBack) {
  EXPECT_EQ(ends_by(false), SIGPROF);
}

TEST(Watchdog, LetsWhoComesBackGoOn) {
  EXPECT_EQ(ends_by(true), 0);
}

}  // namespace
}  // namespace pysshrp
