// The record that is left when the watchdog ends the process, see base/watchdog.h.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "base/watchdog.h"
#include "log/log.h"

namespace pysshrp::log {
namespace {

/// What stands on the stderr of a process that goes round for ever once it has `logged`.
template <typename Logged>
std::string said_by_a_loop(Logged logged) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    Log log{open_sink(Target::stderr_lines)};
    log.context.peer = "192.0.2.7";
    log.set_level(Level::info);
    logged(log);
    watchdog::rearm(Clock::now(), 1);
    for (;;) asm volatile("");
  }
  ::close(ends[1]);
  std::string said;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    said.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) << status;
  return said;
}

constexpr const char* kStuck = "pysshrp: error: Ended by the watchdog: 20 s of processor time without a pause ";

TEST(FinalRecord, NameWhoIsThereFromTheBeginning) {
  EXPECT_EQ(said_by_a_loop([](Log&) {}), std::string{kStuck} + "peer=192.0.2.7 port=0\n");
}

TEST(FinalRecord, NameWhatIsKnownByTheLastRecord) {
  const auto said = said_by_a_loop([](Log& log) {
    log.context.user = "alice";
    log.context.upstream = "web1:22";
    log(KeyNoted{"a record"});
  });
  EXPECT_NE(said.find(std::string{kStuck} + "user=alice peer=192.0.2.7 port=0 upstream=web1:22\n"), said.npos) << said;
}

}  // namespace
}  // namespace pysshrp::log
