// The sinks against real sockets. A forked child gets a mount namespace of its own in which the socket that
// a sink writes to is the test's.
#include "log/sinks.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "log/journal.h"

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
  const std::string entry = journal_entry(with("PYSSHRP_USER", std::string(2 * kEntryMost, 'x')));
  EXPECT_LE(entry.size(), kEntryMost);
  EXPECT_GE(entry.size(), kEntryMost - 64);
  EXPECT_TRUE(entry.ends_with("xxx...\n")) << entry.substr(entry.size() - 16);
}

TEST(JournalEntry, LeavesOutWhatHasNoRoom) {
  Record r = with("PYSSHRP_USER", std::string(2 * kEntryMost, 'x'));
  r.fields.emplace_back("PYSSHRP_SERVER", "web");
  EXPECT_EQ(journal_entry(r).find("PYSSHRP_SERVER"), std::string::npos);
}

/// How many datagrams wait in a Unix socket's queue at most.
int room() {
  int most = 0;
  std::ifstream{"/proc/sys/net/unix/max_dgram_qlen"} >> most;
  return most + 1;
}

// Nobody reads: each record that finds the queue full waits for a second.
TEST(Sinks, AFullQueueLosesRecordsAndEndsNoSession) {
  int status = 0;
  in_child(
      [](int) {
        const Fd socket = stage("/dev", "/dev/log");
        if (!socket) return kCannot;
        const auto sink = open_sink(Target::syslog);
        for (int left = room(); left-- > -2;) sink->write(record());
        return 0;
      },
      status);
  SKIP_IF_IMPOSSIBLE(status);
  EXPECT_EQ(status, 0);
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
