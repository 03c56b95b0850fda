#include "monitor/socket.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include "monitor/codec.h"

namespace pysshrp::monitor {
namespace {

using Received = Socket::Received;
using Wait = Socket::Wait;

bool send(Socket& socket, std::string_view bytes) {
  return socket.send(std::move(ByteWriter{}.raw(bytes)));
}

TEST(MonitorSocket, MessagesArriveWholeAndInOrder) {
  auto [front, monitor] = Socket::pair();
  EXPECT_EQ(monitor.receive(Wait::no), Received::nothing);
  EXPECT_TRUE(send(front, "one") && send(front, std::string(kMaxMessage, 'x')));
  ASSERT_EQ(monitor.receive(Wait::yes), Received::message);
  EXPECT_EQ(monitor.bytes(), "one");
  ASSERT_EQ(monitor.receive(Wait::no), Received::message);
  EXPECT_EQ(monitor.bytes().size(), kMaxMessage);
  EXPECT_EQ(monitor.receive(Wait::no), Received::nothing);
}

TEST(MonitorSocket, WhatIsTooLongIsNotSent) {
  auto [front, monitor] = Socket::pair();
  EXPECT_FALSE(send(front, std::string(kMaxMessage + 1, 'x')));
  EXPECT_EQ(monitor.receive(Wait::no), Received::nothing);
}

TEST(MonitorSocket, WhoDoesNotReadHoldsNobodyUp) {
  auto [front, monitor] = Socket::pair();
  int sent = 0;
  while (sent < 100'000 && send(monitor, "answer")) ++sent;
  EXPECT_LT(sent, 100'000);
}

TEST(MonitorSocket, ADescriptorComesAlong) {
  auto [front, monitor] = Socket::pair();
  auto [one, other] = Socket::pair();
  EXPECT_TRUE(monitor.send(std::move(ByteWriter{}.raw("socket")), one.fd()));
  ASSERT_EQ(front.receive(Wait::yes), Received::message);
  Socket handed{front.take_descriptor()};
  ASSERT_GE(handed.fd(), 0);
  EXPECT_NE(handed.fd(), one.fd());
  EXPECT_TRUE(send(handed, "through"));
  ASSERT_EQ(other.receive(Wait::yes), Received::message);
  EXPECT_EQ(other.bytes(), "through");
  EXPECT_TRUE(send(monitor, "none"));
  ASSERT_EQ(front.receive(Wait::yes), Received::message);
  EXPECT_FALSE(front.take_descriptor());
}

// For alignment there is room for a second one.
TEST(MonitorSocket, TwoDescriptorsAreNoMessageAndStayNowhere) {
  auto [front, monitor] = Socket::pair();
  auto [one, other] = Socket::pair();
  const int next = Fd{::dup(0)}.get();
  std::string bytes = "x";
  iovec content{bytes.data(), bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
  msghdr header{};
  header.msg_iov = &content;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* const rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(2 * sizeof(int));
  const std::array<int, 2> two{one.fd(), other.fd()};
  std::memcpy(CMSG_DATA(rights), two.data(), sizeof two);
  ASSERT_EQ(::sendmsg(monitor.fd(), &header, 0), 1);
  EXPECT_EQ(front.receive(Wait::yes), Received::end);
  front.take_descriptor();
  EXPECT_EQ(Fd{::dup(0)}.get(), next);
}

TEST(MonitorSocket, ItsEndIsSeen) {
  auto [front, monitor] = Socket::pair();
  monitor = Socket{Fd{}};
  EXPECT_EQ(front.receive(Wait::yes), Received::end);
  EXPECT_EQ(front.receive(Wait::no), Received::end);
  EXPECT_FALSE(send(front, "nobody"));
}

TEST(MonitorSocket, WaitingHasAnEnd) {
  auto [front, monitor] = Socket::pair();
  front.limit_waits(1);
  EXPECT_EQ(front.receive(Wait::yes), Received::end);
}

TEST(MonitorSocket, ASignalEndsNoWaiting) {
  auto [front, monitor] = Socket::pair();
  front.limit_waits(60);
  static volatile sig_atomic_t signals = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { signals = signals + 1; };
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  const itimerval soon{{0, 20'000}, {0, 20'000}}, never{};
  setitimer(ITIMER_REAL, &soon, nullptr);
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  std::thread other{[&theirs = monitor, &alarm] {
    pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    send(theirs, "late");
  }};
  EXPECT_EQ(front.receive(Wait::yes), Received::message);
  setitimer(ITIMER_REAL, &never, nullptr);
  other.join();
  EXPECT_GT(signals, 0);
  EXPECT_EQ(front.bytes(), "late");
}

}  // namespace
}  // namespace pysshrp::monitor
