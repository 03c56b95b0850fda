#include "base/watchdog.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

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

/// What `ends[0]` has got of a process that goes round for ever, and how it ended.
std::pair<std::string, int> last_words_of_a_loop(const std::array<int, 2>& ends, std::string_view words) {
  const pid_t child = ::fork();
  if (child == 0) {
    watchdog::keep_final_record(ends[1], "before");
    watchdog::keep_final_record(ends[1], words);
    watchdog::rearm(Clock::now(), 1);
    for (;;) asm volatile("");
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  std::array<char, 65536> got{};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const ssize_t size = ::read(ends[0], got.data(), got.size());
  ::close(ends[0]);
  ::close(ends[1]);
  return {{got.data(), size < 0 ? 0 : static_cast<std::size_t>(size)}, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

TEST(Watchdog, LeavesARecord) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  EXPECT_EQ(last_words_of_a_loop(ends, "a record\n"), (std::pair<std::string, int>{"a record\n", SIGPROF}));
  for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
    ASSERT_EQ(::socketpair(AF_UNIX, type, 0, ends.data()), 0);
    EXPECT_EQ(last_words_of_a_loop(ends, "a record\n"), (std::pair<std::string, int>{"a record\n", SIGPROF}));
  }
}

TEST(Watchdog, EndsTheProcessWhenNobodyReadsTheRecord) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  const std::string block(4096, 'x');
  while (::write(ends[1], block.data(), block.size()) > 0) continue;
  ::fcntl(ends[1], F_SETFL, 0);
  const auto [said, signal] = last_words_of_a_loop(ends, "a record\n");
  EXPECT_EQ(said.find("a record"), said.npos);
  EXPECT_EQ(signal, SIGPROF);
}

TEST(Watchdog, SaysNothingThatIsTooLongOrWasTakenBack) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  EXPECT_EQ(last_words_of_a_loop(ends, std::string(watchdog::kMaxFinalRecord + 1, 'x')),
            (std::pair<std::string, int>{"", SIGPROF}));
  ASSERT_EQ(::pipe(ends.data()), 0);
  watchdog::keep_final_record(ends[1], "x");
  watchdog::keep_final_record(-1, {});
  EXPECT_EQ(ends_by(false), SIGPROF);
  ::close(ends[1]);
  char said = 0;
  EXPECT_EQ(::read(ends[0], &said, 1), 0);
  ::close(ends[0]);
}

}  // namespace
}  // namespace pysshrp
