#include "relay/names.h"

#include <gtest/gtest.h>

namespace pysshrp::relay {
namespace {

TEST(Names, AreTheProtocolsAndSayWhatItIsAbout) {
  EXPECT_EQ(name_of(ssh::Opening{ssh::OpenSession{}}), "session");
  EXPECT_EQ(name_of(ssh::Opening{ssh::OpenDirect{{"db.lan", 5432}, {"::1", 4}}}), "direct-tcpip db.lan:5432");
  EXPECT_EQ(name_of(ssh::Opening{ssh::OpenDirect{{"2001:db8::1", 80}, {}}}), "direct-tcpip [2001:db8::1]:80");
  EXPECT_EQ(name_of(ssh::Opening{ssh::OpenForwarded{{"localhost", 8080}, {}}}), "forwarded-tcpip localhost:8080");
  EXPECT_EQ(name_of(ssh::Opening{ssh::OpenX11{}}), "x11");
  EXPECT_EQ(name_of(ssh::Opening{ssh::OpenAgent{}}), "auth-agent@openssh.com");
  EXPECT_EQ(name_of(ssh::ChannelRequest{ssh::Subsystem{"sftp"}}), "subsystem sftp");
  EXPECT_EQ(name_of(ssh::ChannelRequest{ssh::Exec{"secret"}}), "exec");
  EXPECT_EQ(name_of(ssh::ChannelRequest{ssh::X11{}}), "x11-req");
  EXPECT_EQ(name_of(ssh::GlobalRequest{ssh::Listen{{"", 0}}}), "tcpip-forward :0");
  EXPECT_EQ(name_of(ssh::GlobalRequest{ssh::StopListening{{"*", 22}}}), "cancel-tcpip-forward *:22");
}

}  // namespace
}  // namespace pysshrp::relay
