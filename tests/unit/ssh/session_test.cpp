#include "ssh/session.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "base/fd.h"

namespace pysshrp::ssh {
namespace {

TEST(Linger, TakesWhatComesUntilThePeerHasGone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const Fd ours{ends[0]};
  Fd theirs{ends[1]};
  const std::string bytes(10'000, 'x');
  ASSERT_EQ(send(theirs.get(), bytes.data(), bytes.size(), 0), 10'000);
  theirs = Fd{};
  linger(ours.get());
  std::array<char, 1> none{};
  EXPECT_EQ(recv(ours.get(), none.data(), none.size(), 0), 0);
}

TEST(Identification, IsShownWithoutItsVersion) {
  EXPECT_EQ(software_of("SSH-2.0-OpenSSH_9.2"), "OpenSSH_9.2");
  EXPECT_EQ(software_of("SSH-1.99-old"), "SSH-1.99-old");
  EXPECT_EQ(software_of(nullptr), "");
}

}  // namespace
}  // namespace pysshrp::ssh
