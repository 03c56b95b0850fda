// recv(2), poll(2) and close(2) are our own here, called as libssh calls them.
#include "ssh/read_ahead.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace pysshrp::ssh {
namespace {

struct Pair {
  int ours = -1, theirs = -1;
};

Pair local() {
  std::array<int, 2> fds{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()), 0);
  return {fds[0], fds[1]};
}

Pair tcp() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0), theirs = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(bind(listener, generic, size), 0);
  EXPECT_EQ(listen(listener, 1), 0);
  EXPECT_EQ(getsockname(listener, generic, &size), 0);
  EXPECT_EQ(connect(theirs, generic, size), 0);
  const int ours = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  close(listener);
  return {ours, theirs};
}

void close_both(const Pair& pair) {
  close(pair.ours);
  close(pair.theirs);
}

void say(int socket, const std::string& text) {
  ASSERT_EQ(send(socket, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
}

/// What poll says at once, and its result.
std::string look(int socket, int events) {
  pollfd p{socket, static_cast<short>(events), 0};
  const int n = poll(&p, 1, 0);
  return std::to_string(n) + ((p.revents & POLLIN) != 0 ? " in" : "") + ((p.revents & POLLOUT) != 0 ? " out" : "");
}

std::string read_some(int socket, std::size_t n) {
  std::string text(n, '\0');
  const ssize_t got = recv(socket, text.data(), n, 0);
  if (got < 0) return strerror(errno);
  text.resize(static_cast<std::size_t>(got));
  return text;
}

/// What poll says of it beside another one, as the loop asks.
std::string look_among_others(int socket) {
  std::array<pollfd, 2> fds{{{-1, POLLIN, 0}, {socket, POLLIN, 0}}};
  const int n = poll(fds.data(), fds.size(), 0);
  return std::to_string(n) + ((fds[1].revents & POLLIN) != 0 ? " in" : "");
}

/// Bytes that the kernel still has.
int in_kernel(int socket) {
  std::array<char, 65536> bytes;
  return static_cast<int>(recvfrom(socket, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT, nullptr, nullptr));
}

TEST(ReadAhead, TakesAllAndHandsItOutInPieces) {
  const Pair pair = local();
  read_ahead(pair.ours);
  say(pair.theirs, "abcdefgh");
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(in_kernel(pair.ours), -1);
  EXPECT_EQ(read_some(pair.ours, 3), "abc");
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(pair.ours, 4096), "defgh");
  EXPECT_EQ(look(pair.ours, POLLIN), "0");
  EXPECT_EQ(read_some(pair.ours, 4096), strerror(EAGAIN));
  close_both(pair);
}

TEST(ReadAhead, TheEndCanBeHeld) {
  for (const bool is_reset : {false, true}) {
    const Pair pair = is_reset ? tcp() : local();
    read_ahead(pair.ours);
    say(pair.theirs, "abc");
    EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
    hold_end(pair.ours, true);
    const linger at_once{1, 0};
    if (is_reset) setsockopt(pair.theirs, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(pair.theirs);
    EXPECT_EQ(read_some(pair.ours, 2), "ab");
    EXPECT_FALSE(end_is_held(pair.ours));
    EXPECT_EQ(read_some(pair.ours, 2), "c");
    EXPECT_EQ(look(pair.ours, POLLIN | POLLOUT).find("in"), std::string::npos);  // one look is spared
    for (const int events : {POLLIN, POLLIN | POLLOUT}) EXPECT_EQ(look(pair.ours, events), "0");
    EXPECT_TRUE(end_is_held(pair.ours));
    hold_end(pair.ours, false);
    EXPECT_FALSE(end_is_held(pair.ours));
    EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
    EXPECT_EQ(read_some(pair.ours, 2), is_reset ? strerror(ECONNRESET) : "");
    close(pair.ours);
  }
}

TEST(ReadAhead, LosesNothingOfALongStream) {
  const Pair pair = local();
  read_ahead(pair.ours);
  std::string sent, got;
  for (unsigned i = 0; sent.size() < 1'000'000; ++i) sent += std::to_string(i * 2654435761U);
  for (std::size_t at = 0; got.size() < sent.size();) {
    const ssize_t n =
        send(pair.theirs, sent.data() + at, std::min<std::size_t>(sent.size() - at, 100'000), MSG_DONTWAIT);
    if (n > 0) at += static_cast<std::size_t>(n);
    for (int i = 0; i < 7 && look(pair.ours, i % 2 == 0 ? POLLIN : POLLIN | POLLOUT).find("in") != std::string::npos;
         ++i)
      got += read_some(pair.ours, 4096);
  }
  EXPECT_TRUE(got == sent);
  close_both(pair);
}

TEST(ReadAhead, ASleeperWakesForWhatIsHeld) {
  const Pair pair = local(), other = local();
  read_ahead(pair.ours);
  say(pair.theirs, "abc");
  read_some(pair.ours, 1);
  std::array<pollfd, 3> fds{{{-1, POLLIN, 0}, {other.ours, POLLIN, 0}, {pair.ours, POLLIN, 0}}};
  EXPECT_EQ(poll(fds.data(), fds.size(), 60'000), 1);  // a minute, were it forgotten
  EXPECT_EQ(fds[2].revents, POLLIN);
  say(other.theirs, "x");
  EXPECT_EQ(poll(fds.data(), fds.size(), 60'000), 2);
  EXPECT_EQ(fds[1].revents, POLLIN);
  fds[2].events = 0;  // who holds the socket back is not woken
  EXPECT_EQ(poll(fds.data(), fds.size(), 0), 1);
  close_both(pair);
  close_both(other);
}

TEST(ReadAhead, ToldAboutWritingWhenAllIsRead) {
  const Pair pair = local();
  read_ahead(pair.ours);
  EXPECT_EQ(look(pair.ours, POLLIN | POLLOUT), "1 out");
  say(pair.theirs, "ab");
  EXPECT_EQ(look(pair.ours, POLLIN | POLLOUT), "1 in out");
  EXPECT_EQ(read_some(pair.ours, 1), "a");
  EXPECT_EQ(look(pair.ours, POLLIN | POLLOUT), "1 in");
  EXPECT_EQ(read_some(pair.ours, 1), "b");
  EXPECT_EQ(look(pair.ours, POLLIN | POLLOUT), "1 out");
  close_both(pair);
}

TEST(ReadAhead, TheEndComesAfterTheLastByte) {
  const Pair pair = local();
  read_ahead(pair.ours);
  say(pair.theirs, "ab");
  close(pair.theirs);
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(pair.ours, 1), "a");
  EXPECT_EQ(read_some(pair.ours, 1), "b");
  EXPECT_EQ(look_among_others(pair.ours), "1 in");
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(pair.ours, 1), "");
  EXPECT_EQ(read_some(pair.ours, 1), "");
  close(pair.ours);
}

TEST(ReadAhead, OnlyOneLookIsSparedAfterItWasEmpty) {
  const Pair pair = local();
  read_ahead(pair.ours);
  say(pair.theirs, "a");
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(pair.ours, 4096), "a");
  say(pair.theirs, "b");
  EXPECT_EQ(look(pair.ours, POLLIN), "0");  // nobody has looked
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(pair.ours, 4096), "b");
  say(pair.theirs, "c");
  EXPECT_EQ(look_among_others(pair.ours), "1 in");
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  close_both(pair);
}

TEST(ReadAhead, AnErrorIsHandedOnOnce) {
  const Pair pair = tcp();
  read_ahead(pair.ours);
  const linger at_once{1, 0};
  setsockopt(pair.theirs, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(pair.theirs);  // a reset
  EXPECT_EQ(look(pair.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(pair.ours, 1), strerror(ECONNRESET));
  EXPECT_EQ(read_some(pair.ours, 1), "");
  close(pair.ours);
}

TEST(ReadAhead, AClosedSocketLeavesNothingToTheNextOfItsNumber) {
  const Pair pair = local();
  read_ahead(pair.ours);
  say(pair.theirs, "old");
  EXPECT_EQ(read_some(pair.ours, 1), "o");
  close(pair.ours);
  const Pair next = local();
  ASSERT_EQ(next.ours, pair.ours);
  EXPECT_EQ(look(next.ours, POLLIN), "0");
  say(next.theirs, "new");
  EXPECT_EQ(read_some(next.ours, 1), "n");
  EXPECT_EQ(in_kernel(next.ours), 2);  // not read ahead, since nobody has said so
  close_both(next);
  close(pair.theirs);
}

TEST(ReadAhead, AThirdSocketIsReadAsWithout) {
  const Pair first = local(), second = local(), third = local();
  for (const int socket : {first.ours, second.ours, third.ours, third.ours}) read_ahead(socket);
  say(third.theirs, "abc");
  EXPECT_EQ(look(third.ours, POLLIN), "1 in");
  EXPECT_EQ(read_some(third.ours, 1), "a");
  EXPECT_EQ(in_kernel(third.ours), 2);
  close(first.ours);
  read_ahead(third.ours);  // there is room now
  EXPECT_EQ(read_some(third.ours, 1), "b");
  EXPECT_EQ(in_kernel(third.ours), -1);
  for (const int fd : {first.theirs, second.ours, second.theirs, third.ours, third.theirs}) close(fd);
}

}  // namespace
}  // namespace pysshrp::ssh
