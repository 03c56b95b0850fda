// The sinks against real sockets. A forked child gets a mount namespace of its own in which the socket that
// a sink writes to is the test's.
#include "log/sinks.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "base/fd.h"
#include "log/journal.h"
#include "log/log.h"
#include "log/send_queue.h"

namespace pysshrp::log {
namespace {

Record record() {
  Context c;
  c.peer = "192.0.2.7";
  c.port = 40000;
  c.user = "alice";
  return describe(Denied{"exec"}, c);
}

/// All that can be read until the other side is closed, or what lies there when it is not.
std::string drain(int fd) {
  std::string out;
  std::array<char, 8192> buffer{};
  for (ssize_t n = 0; (n = read(fd, buffer.data(), buffer.size())) > 0;)
    out.append(buffer.data(), static_cast<std::size_t>(n));
  return out;
}

/// Runs `body` in a child and returns what its stderr got; `status` is its exit status.
std::string in_child(const std::function<int(int err)>& body, int& status) {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const Fd reader{ends[0]};
  Fd writer{ends[1]};
  const pid_t child = fork();
  if (child == 0) _exit(body(writer.get()));
  writer = Fd{};
  std::string out = drain(reader.get());
  waitpid(child, &status, 0);
  return out;
}

constexpr int kCannot = 77;

/// An own mount namespace with nothing in `directory` but a datagram socket at `path`; -1 where that is not allowed.
Fd stage(const char* directory, const char* path) {
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return Fd{};
  if (mount("tmpfs", directory, "tmpfs", 0, nullptr) != 0) return Fd{};
  for (std::string parent = directory; parent.size() < std::strlen(path);) {
    const char* slash = std::strchr(path + parent.size() + 1, '/');
    if (slash == nullptr) break;
    parent = std::string{path, slash};
    mkdir(parent.c_str(), 0755);
  }
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path, sizeof name.sun_path - 1);
  Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) return Fd{};
  return socket;
}

/// What `target` sends for record() to `path`.
std::string sent(Target target, const char* directory, const char* path, int& status) {
  return in_child(
      [&](int err) {
        const Fd socket = stage(directory, path);
        if (!socket) return kCannot;
        open_sink(target)->write(record());
        const std::string got = drain(socket.get());
        return write(err, got.data(), got.size()) == static_cast<ssize_t>(got.size()) ? 0 : 1;
      },
      status);
}

#define SKIP_IF_IMPOSSIBLE(status) \
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannot) GTEST_SKIP() << "needs root: a mount namespace of its own"

TEST(Sinks, JournalGetsFields) {
  int status = 0;
  const std::string text = sent(Target::journal, "/run", "/run/systemd/journal/socket", status);
  SKIP_IF_IMPOSSIBLE(status);
  std::istringstream lines{text};
  std::set<std::string> got;
  for (std::string line; std::getline(lines, line);) got.insert(line);
  const std::set<std::string> expected{"MESSAGE=Not allowed here: exec",
                                       "MESSAGE_ID=149c49e341eb47709217977279d21e05",
                                       "PRIORITY=5",
                                       "SYSLOG_IDENTIFIER=pysshrp",
                                       "SYSLOG_FACILITY=10",
                                       "PYSSHRP_USER=alice",
                                       "PYSSHRP_PEER=192.0.2.7",
                                       "PYSSHRP_PORT=40000"};
  EXPECT_EQ(got, expected);
}

TEST(Sinks, SyslogGetsOneLine) {
  int status = 0;
  const std::string text = sent(Target::syslog, "/dev", "/dev/log", status);
  SKIP_IF_IMPOSSIBLE(status);
  // <PRIORITY>Mon DD hh:mm:ss ident[pid]: text, of which the time is not ours
  EXPECT_EQ(text.substr(0, 4), "<85>");
  const auto ident = text.find(" pysshrp[");
  ASSERT_NE(ident, text.npos) << text;
  EXPECT_EQ(text.substr(text.find("]: ")), "]: Not allowed here: exec user=alice peer=192.0.2.7 port=40000");
}

TEST(Sinks, SyslogStandsInForTheJournalWhereNobodyListens) {
  int status = 0;
  const std::string text = in_child(
      [&](int err) {
        const Fd socket = stage("/dev", "/dev/log");
        if (!socket || mount("tmpfs", "/run", "tmpfs", 0, nullptr) != 0) return kCannot;
        open_sink(Target::journal)->write(record());
        const std::string got = drain(socket.get());
        return write(err, got.data(), got.size()) == static_cast<ssize_t>(got.size()) ? 0 : 1;
      },
      status);
  SKIP_IF_IMPOSSIBLE(status);
  EXPECT_NE(text.find("]: Not allowed here: exec"), text.npos) << text;
}

Record with(std::string_view name, std::string value) {
  Record r = record();
  r.fields = {{name, std::move(value)}};
  return r;
}

TEST(JournalEntry, HasTheLengthOfAValueWithANewline) {
  const std::string entry = journal_entry(with("PYSSHRP_USER", "a\nb"));
  EXPECT_NE(entry.find(std::string{"\nPYSSHRP_USER\n\3\0\0\0\0\0\0\0a\nb\n", 26}), entry.npos) << entry;
}

TEST(JournalEntry, IsCutWithAMark) {
  const std::string entry = journal_entry(with("PYSSHRP_USER", std::string(2 * kMaxEntry, 'x')));
  EXPECT_LE(entry.size(), kMaxEntry);
  EXPECT_GE(entry.size(), kMaxEntry - 64);
  EXPECT_TRUE(entry.ends_with("xxx...\n")) << entry.substr(entry.size() - 16);
}

TEST(JournalEntry, LeavesOutWhatHasNoRoom) {
  Record r = with("PYSSHRP_USER", std::string(2 * kMaxEntry, 'x'));
  r.fields.emplace_back("PYSSHRP_SERVER", "web");
  EXPECT_EQ(journal_entry(r).find("PYSSHRP_SERVER"), std::string::npos);
}

/// How many datagrams wait in a Unix socket's queue at most.
int room() {
  int most = 0;
  std::ifstream{"/proc/sys/net/unix/max_dgram_qlen"} >> most;
  return most + 1;
}

/// The number in `Lost 12 records`; 0 where nothing was.
long lost_in(const std::string& line) {
  const auto at = line.find("]: Lost ");
  return at == line.npos ? 0 : std::strtol(line.c_str() + at + 8, nullptr, 10);
}

// Nobody reads until all is written: the process is ended by the alarm if it ever waits.
TEST(Sinks, AFullQueueHoldsUpNobodyAndWhatWasLostIsCounted) {
  int status = 0;
  in_child(
      [](int) {
        const Fd socket = stage("/dev", "/dev/log");
        if (!socket) return kCannot;
        constexpr int kWritten = 20000;
        Log log{open_sink(Target::syslog)};
        alarm(20);  // one wait for each would take hours
        for (int i = 0; i < kWritten; ++i) log(Internal{Level::info, std::string(500, 'x')});
        // The daemon reads again, until nothing more comes.
        long came = 0, lost = 0;
        for (bool more = true; more;) {
          log.flush();
          more = false;
          std::array<char, 8192> buffer{};
          for (ssize_t n = 0; (n = read(socket.get(), buffer.data(), buffer.size())) > 0; more = true) {
            const long count = lost_in(std::string{buffer.data(), static_cast<std::size_t>(n)});
            lost += count;
            came += count == 0 ? 1 : 0;
          }
        }
        if (came <= room() || lost == 0) return 2;  // some have waited, some were too many
        return came + lost == kWritten ? 0 : 3;
      },
      status);
  SKIP_IF_IMPOSSIBLE(status);
  EXPECT_EQ(status, 0) << WEXITSTATUS(status);
}

// A pipe that a logger stopped reading is nobody's to make non-blocking.
TEST(Sinks, AFullStderrHoldsUpNobodyAndWhatWasLostIsCounted) {
  int status = 0;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const Fd reader{ends[0]};
  Fd writer{ends[1]};
  in_child(
      [&](int) {
        dup2(writer.get(), STDERR_FILENO);
        Log log{open_sink(Target::stderr_lines)};
        alarm(20);
        for (int i = 0; i < 1000; ++i) log(Internal{Level::info, std::string(500, 'x')});
        std::array<char, 65536> buffer{};
        if (read(reader.get(), buffer.data(), buffer.size()) <= 0) return 2;
        log(Internal{Level::info, "last"});
        return 0;
      },
      status);
  EXPECT_EQ(status, 0);
  writer = Fd{};
  std::istringstream lines{drain(reader.get())};
  std::string line, before, last;
  while (std::getline(lines, line)) before = std::exchange(last, line);
  EXPECT_NE(before.find("pysshrp: warning: Lost "), before.npos) << before;
  EXPECT_EQ(last.substr(0, 19), "pysshrp: info: last");
}

// A record of a stream that was sent in part is completed before the next one.
TEST(SendQueue, KeepsAStreamInOrder) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  const Fd reader{ends[0]};
  SendQueue queue{Fd{ends[1]}, SendQueue::Kind::stream};
  std::string expected, got;
  for (char c = 'a'; c <= 'z'; ++c) {
    const std::string entry(SendQueue::kMaxBytes / 27, c);
    expected += entry;
    EXPECT_TRUE(queue.write(entry));
  }
  while (got.size() < expected.size()) {
    const std::string more = drain(reader.get());
    ASSERT_FALSE(more.empty());
    got += more;
    EXPECT_EQ(queue.flush(std::chrono::milliseconds{0}), 0U);
  }
  EXPECT_TRUE(got == expected);
}

TEST(SendQueue, NamesTheSocketThatHasNoRoomOnlyWhileSomethingIsQueued) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  const Fd daemon{ends[0]};
  const int socket = ends[1];
  SendQueue queue{Fd{socket}};
  EXPECT_TRUE(queue.write("entry"));
  EXPECT_EQ(queue.blocked_fd(), -1);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(queue.write("entry"));
  EXPECT_EQ(queue.blocked_fd(), socket);
  while (!drain(daemon.get()).empty()) queue.flush(std::chrono::milliseconds{0});
  EXPECT_EQ(queue.blocked_fd(), -1);
}

TEST(SendQueue, TriesOneThatIsLargerThanAllThatMayWait) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  const Fd reader{ends[0]};
  SendQueue queue{Fd{ends[1]}};
  EXPECT_FALSE(queue.write(std::string(SendQueue::kMaxBytes + 1, 'x')));
  EXPECT_TRUE(queue.write("entry"));
  EXPECT_EQ(queue.flush(std::chrono::milliseconds{0}), 0U);
  EXPECT_EQ(drain(reader.get()), "entry");
}

/// At the end of a session, too, the pace is that of a daemon that reads; one that does not is given up.
TEST(SendQueue, WaitsForWhoReadsSlowlyAndForNobodyElse) {
  using namespace std::chrono_literals;
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  const Fd daemon{ends[0]};
  SendQueue queue{Fd{ends[1]}};
  constexpr int kEntries = 1000;
  for (int i = 0; i < kEntries; ++i) ASSERT_TRUE(queue.write("entry"));
  queue.flush(10ms);
  int read = 0;
  std::thread reader{[&] {
    char entry[8];
    for (pollfd ready{daemon.get(), POLLIN, 0}; read < kEntries && poll(&ready, 1, 5000) == 1; ++read) {
      if (read % 100 == 0) std::this_thread::sleep_for(150ms);
      recv(daemon.get(), entry, sizeof entry, 0);
    }
  }};
  queue.flush(1000ms);  // it takes half as long again
  reader.join();
  EXPECT_EQ(read, kEntries);
}

TEST(SendQueue, CountsWhatNobodyTakesAnyMore) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  Fd reader{ends[0]};
  SendQueue queue{Fd{ends[1]}};
  for (int i = 0; i < 2000; ++i) EXPECT_TRUE(queue.write(std::string(200, 'x')));  // more than the kernel keeps
  reader = Fd{};
  EXPECT_GT(queue.flush(std::chrono::milliseconds{0}), 0U);
  EXPECT_FALSE(queue.write("entry"));
  EXPECT_EQ(queue.flush(std::chrono::milliseconds{0}), 0U);
}

TEST(Sinks, StderrGetsOneLineInOneWrite) {
  std::array<int, 2> ends{};
  // Packet mode: one read(2) returns what one write(2) wrote.
  ASSERT_EQ(pipe2(ends.data(), O_DIRECT | O_NONBLOCK), 0);
  const Fd reader{ends[0]};
  const Fd writer{ends[1]};
  const Fd saved{dup(STDERR_FILENO)};
  dup2(writer.get(), STDERR_FILENO);
  const auto sink = open_sink(Target::stderr_lines);
  sink->write(record());
  sink->write(describe(Internal{Level::debug, "second"}, {}));
  dup2(saved.get(), STDERR_FILENO);
  std::array<char, 8192> buffer{};
  const auto next = [&] {
    return std::string{buffer.data(), static_cast<std::size_t>(read(reader.get(), buffer.data(), buffer.size()))};
  };
  EXPECT_EQ(next(), "pysshrp: notice: Not allowed here: exec user=alice peer=192.0.2.7 port=40000\n");
  EXPECT_EQ(next(), "pysshrp: debug: second peer=unknown port=0\n");
}

}  // namespace
}  // namespace pysshrp::log
