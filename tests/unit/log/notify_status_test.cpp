#include "log/notify_status.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "log/text.h"

namespace pysshrp::log {
namespace {

using namespace std::chrono_literals;

Context alice() {
  Context c;
  c.peer = "192.0.2.7";
  c.port = 40000;
  c.user = "alice";
  c.server = "web";
  c.upstream = "web1:22";
  c.upstream_user = "deploy";
  c.method = "password";
  return c;
}

constexpr const char* kAlice =
    "Relaying user=alice peer=192.0.2.7 port=40000 method=password server=web upstream=web1:22 upstream_user=deploy";

/// In the place of the service manager.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    ::unlink(name.c_str());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  std::string heard() {
    std::array<char, 8192> buffer{};
    const auto n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    return n < 0 ? "(nothing)" : std::string{buffer.data(), static_cast<std::size_t>(n)};
  }

 private:
  Fd socket_;
};

std::string own_name(const std::string& prefix) {
  return prefix + "pysshrp-status-" + std::to_string(::getpid());
}

TEST(Relaying, SaysWhoGoesWhere) {
  EXPECT_EQ(relaying(alice(), 12, 34), std::string{kAlice} + " bytes_up=12 bytes_down=34");
}

TEST(Relaying, IsOneLineOfBoundedLength) {
  Context c = alice();
  c.user = "x\nREADY=1\nuser=\"root\"\x1b[2J\xff";
  EXPECT_EQ(relaying(c, 0, 0).find("Relaying user=\"x\\012READY=1\\012user=\\042root\\042\\033[2J\\377\" peer="), 0U);
  c.user = c.server = c.upstream = c.upstream_user = c.key = c.method = std::string(9000, '\n');
  const std::string text = relaying(c, 0, 0);
  EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char ch) { return ch < 0x20 || ch > 0x7e; }));
  EXPECT_LE(text.size(), kMaxLine) << "the service manager takes 4096 bytes";
}

TEST(NotifyStatus, IsToldToASocketWithAPathOrAnAbstractName) {
  for (const std::string& name : {own_name("/tmp/"), own_name("@")}) {
    Manager manager{name};
    NotifyStatus{name}.show(alice(), 0, 0, TimePoint{});
    EXPECT_EQ(manager.heard(), std::string{"STATUS="} + kAlice + " bytes_up=0 bytes_down=0") << name;
    ::unlink(name.c_str());
  }
}

TEST(NotifyStatus, IsToldAgainWhenBytesHaveMovedAndNotTooOften) {
  Manager manager{own_name("@")};
  NotifyStatus status{own_name("@")};
  const TimePoint start{};
  status.show(alice(), 0, 0, start);
  EXPECT_NE(manager.heard(), "(nothing)");
  status.show(alice(), 1, 0, start + NotifyStatus::kInterval - 1ms);
  EXPECT_EQ(manager.heard(), "(nothing)") << "too early";
  status.show(alice(), 1, 0, start + NotifyStatus::kInterval);
  EXPECT_EQ(manager.heard(), std::string{"STATUS="} + kAlice + " bytes_up=1 bytes_down=0");
  status.show(alice(), 1, 0, start + 3 * NotifyStatus::kInterval);
  EXPECT_EQ(manager.heard(), "(nothing)") << "nothing new";
}

TEST(NotifyStatus, GoesNowhereWithoutASocket) {
  for (const std::string& name :
       {std::string{}, std::string{"/"}, std::string{"relative"}, own_name("/none/"), std::string(200, '/')})
    NotifyStatus{name}.show(alice(), 0, 0, TimePoint{});
}

}  // namespace
}  // namespace pysshrp::log
