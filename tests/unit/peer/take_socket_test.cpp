// Each case runs in a forked child whose descriptors 0 to 3 are prepared, as a starter would.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <map>

#include "peer/peer.h"

namespace pysshrp::peer {
namespace {

constexpr int kClosed = -1;
constexpr int kReport = 200;  // where the child tells what it saw

/// Descriptors of the child: its number and what it is a copy of. Numbers below 4 that are not named are closed.
using Layout = std::map<int, int>;

std::string dev_ino(int fd) {
  struct stat st {};
  return fstat(fd, &st) == 0 ? std::to_string(st.st_dev) + ':' + std::to_string(st.st_ino) : "closed";
}

/// `socket` or `null` or `closed` or `other` for each of 0 to 3, as they are now.
std::string look(const std::string& socket, const std::string& null) {
  std::string out;
  for (int fd = 0; fd < 4; ++fd) {
    const std::string it = dev_ino(fd);
    out += it == socket ? "socket " : it == null ? "null " : it == "closed" ? "closed " : "other ";
  }
  return out;
}

std::string describe(const Result<Taken>& taken, const std::string& looks) {
  if (!taken) return "error: " + taken.error().what;
  static constexpr std::array kNames{"journal", "socket", "closed", "other"};
  const int flags = fcntl(taken->socket.get(), F_GETFD);
  return looks + "stderr=" + kNames[static_cast<std::size_t>(taken->err)] +
         " peer=" + (taken->peer.address ? taken->peer.address->text() : "none") + ':' +
         std::to_string(taken->peer.port) + (taken->socket.get() > 9 ? "" : " LOW") +
         ((flags & FD_CLOEXEC) != 0 ? "" : " INHERITED");
}

/// What take_socket makes of the layout; `socket` is the one to find. `environment` is made inside the child.
std::string taken(
    const Layout& layout, int socket, const std::function<Environment()>& environment = [] { return Environment{}; }) {
  std::array<int, 2> report{};
  EXPECT_EQ(pipe(report.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const Fd null{open("/dev/null", O_RDWR)};
    const std::string null_id = dev_ino(null.get()), socket_id = dev_ino(socket);
    std::map<int, int> high;  // out of the way of 0 to 3
    for (const auto& [to, from] : layout) high[to] = fcntl(from, F_DUPFD, 100);
    dup2(report[1], kReport);
    for (int fd = 0; fd < 100; ++fd) close(fd);
    for (const auto& [to, from] : high) dup2(from, to), close(from);
    const auto result = take_socket(environment());
    const std::string text = describe(result, look(socket_id, null_id));
    _exit(write(kReport, text.data(), text.size()) > 0 ? 0 : 1);
  }
  close(report[1]);
  std::array<char, 1000> text{};
  const ssize_t length = read(report[0], text.data(), text.size());
  close(report[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

struct Unix {
  Unix() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    ours = Fd{ends[0]};
    theirs = Fd{ends[1]};
  }
  Fd ours, theirs;
};

/// A TCP connection over loopback; `ours` is the accepted side.
struct Tcp {
  explicit Tcp(int family, const char* client) {
    listener = Fd{socket(family, SOCK_STREAM, 0)};
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    storage.ss_family = static_cast<sa_family_t>(family);
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&storage), size), 0);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    getsockname(listener.get(), reinterpret_cast<sockaddr*>(&storage), &size);
    const in_port_t to = family == AF_INET ? reinterpret_cast<sockaddr_in*>(&storage)->sin_port
                                           : reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port;
    dial(client, to);
    ours = Fd{accept(listener.get(), nullptr, nullptr)};
  }

  void dial(const char* client, in_port_t to) {
    sockaddr_in in{AF_INET, to, {inet_addr(client)}, {}};
    sockaddr_in6 in6{AF_INET6, to, 0, IN6ADDR_LOOPBACK_INIT, 0};
    const bool v4 = inet_addr(client) != INADDR_NONE;
    theirs = Fd{socket(v4 ? AF_INET : AF_INET6, SOCK_STREAM, 0)};
    EXPECT_EQ(v4 ? connect(theirs.get(), reinterpret_cast<sockaddr*>(&in), sizeof in)
                 : connect(theirs.get(), reinterpret_cast<sockaddr*>(&in6), sizeof in6),
              0);
    socklen_t size = v4 ? sizeof in : sizeof in6;
    getsockname(theirs.get(), v4 ? reinterpret_cast<sockaddr*>(&in) : reinterpret_cast<sockaddr*>(&in6), &size);
    port = std::to_string(ntohs(v4 ? in.sin_port : in6.sin6_port));
  }

  Fd listener, ours, theirs;
  std::string port;  ///< the client's
};

Fd pipe_end() {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  close(ends[0]);
  return Fd{ends[1]};
}

TEST(TakeSocket, FromInetdLeavesNoneOfTheThree) {
  const Unix s;
  const int fd = s.ours.get();
  EXPECT_EQ(taken({{0, fd}, {1, fd}, {2, fd}}, fd), "null null null closed stderr=socket peer=none:0");
}

TEST(TakeSocket, FromSystemdKeepsTheJournal) {
  const Unix s, journal;
  const int fd = s.ours.get(), log = journal.ours.get();
  const auto environment = [] { return Environment{dev_ino(2), "", ""}; };
  EXPECT_EQ(taken({{0, fd}, {1, log}, {2, log}}, fd, environment),
            "null other other closed stderr=journal peer=none:0");
}

TEST(TakeSocket, WithAJournalStreamThatIsNotStderr) {
  const Unix s;
  const Fd log = pipe_end();
  const int fd = s.ours.get();
  const auto environment = [] { return Environment{"1:2", "", ""}; };
  EXPECT_EQ(taken({{0, fd}, {1, fd}, {2, log.get()}}, fd, environment),
            "null null other closed stderr=other peer=none:0");
}

TEST(TakeSocket, WithSocketsThatAreOthersKeepsThem) {
  const Unix s;
  const int fd = s.ours.get(), other = s.theirs.get();
  EXPECT_EQ(taken({{0, fd}, {1, other}, {2, other}}, fd), "null other other closed stderr=other peer=none:0");
}

TEST(TakeSocket, FillsWhatIsClosed) {
  const Unix s;
  const int fd = s.ours.get();
  EXPECT_EQ(taken({{0, fd}}, fd), "null null null closed stderr=closed peer=none:0");
  EXPECT_EQ(taken({{0, fd}, {2, fd}}, fd), "null null null closed stderr=socket peer=none:0");
}

const auto kListening = [] { return Environment{"", "1", std::to_string(getpid())}; };

TEST(TakeSocket, FromDescriptorThree) {
  const Unix s;
  const Fd log = pipe_end();
  const int fd = s.ours.get();
  EXPECT_EQ(taken({{0, log.get()}, {1, log.get()}, {2, log.get()}, {3, fd}}, fd, kListening),
            "null other other closed stderr=other peer=none:0");
  EXPECT_EQ(taken({{3, fd}}, fd, kListening), "null null null closed stderr=closed peer=none:0");
}

TEST(TakeSocket, FromDescriptorThreeOnlyWhenItIsMeant) {
  const Unix s;
  const Layout layout{{0, pipe_end().release()}, {3, s.ours.get()}};
  const auto refused = [&](const Environment& e) {
    return taken(layout, s.ours.get(), [&] { return e; }).rfind("error: ", 0) == 0;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({"", "1", "1"})) << "another process was meant";
  const auto nothing_given = [] { return Environment{"", "", std::to_string(getpid())}; };  // in the child
  EXPECT_EQ(taken(layout, s.ours.get(), nothing_given).rfind("error: ", 0), 0U);
  close(layout.at(0));
}

TEST(TakeSocket, KnowsAnIpv4Peer) {
  const Tcp t{AF_INET, "127.0.0.1"};
  EXPECT_EQ(taken({{0, t.ours.get()}}, t.ours.get()), "null null null closed stderr=closed peer=127.0.0.1:" + t.port);
}

TEST(TakeSocket, UnwrapsAMappedPeer) {
  const Tcp t{AF_INET6, "127.0.0.1"};
  EXPECT_EQ(taken({{0, t.ours.get()}}, t.ours.get()), "null null null closed stderr=closed peer=127.0.0.1:" + t.port);
}

TEST(TakeSocket, KnowsAnIpv6Peer) {
  const Tcp t{AF_INET6, "::1"};
  EXPECT_EQ(taken({{0, t.ours.get()}}, t.ours.get()), "null null null closed stderr=closed peer=::1:" + t.port);
}

void expect_error(const std::string& text, const std::string& why) {
  EXPECT_EQ(text.rfind("error: " + why, 0), 0U) << text;
  EXPECT_NE(text.find("Accept=yes"), text.npos) << "how it is meant to be started: " << text;
  EXPECT_NE(text.find("inetd"), text.npos) << text;
}

TEST(TakeSocket, RefusesWhatIsNotAClientsSocket) {
  const Fd file = pipe_end();
  expect_error(taken({{0, file.get()}}, file.get()), "standard input is not a socket");
  expect_error(taken({}, kClosed), "standard input is not a socket");

  const Fd terminal{posix_openpt(O_RDWR | O_NOCTTY)};
  expect_error(taken({{0, terminal.get()}}, terminal.get()), "standard input is a terminal");

  const Tcp t{AF_INET, "127.0.0.1"};
  expect_error(taken({{0, t.listener.get()}}, t.listener.get()), "standard input is a listening socket");

  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, ends.data()), 0);
  const Fd datagram{ends[0]}, other{ends[1]};
  expect_error(taken({{0, ends[0]}}, ends[0]), "standard input is not a stream socket");
}

TEST(TakeSocket, SaysWhenTheClientHasGone) {
  Tcp t{AF_INET, "127.0.0.1"};
  const linger reset{1, 0};
  setsockopt(t.theirs.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  t.theirs = Fd{};
  pollfd end{t.ours.get(), POLLIN, 0};
  ASSERT_EQ(poll(&end, 1, 10000), 1);
  EXPECT_EQ(taken({{0, t.ours.get()}}, t.ours.get()), "error: the client has gone already");
}

}  // namespace
}  // namespace pysshrp::peer
