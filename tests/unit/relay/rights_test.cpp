#include "relay/rights.h"

#include <gtest/gtest.h>

namespace pysshrp::relay {
namespace {

using ssh::ChannelRequest;

TEST(Rights, AreSeparateForSshAndSftp) {
  const struct {
    ChannelRequest request;
    bool with_ssh, with_sftp;
  } table[] = {
      {ssh::Shell{}, true, false},
      {ssh::Exec{"ls"}, true, false},
      {ssh::Subsystem{"sftp"}, false, true},
      {ssh::Subsystem{"netconf"}, true, false},
      {ssh::Subsystem{"SFTP"}, true, false},
      {ssh::Subsystem{""}, true, false},
      {ssh::Pty{}, true, true},  // harmless without a program
      {ssh::Env{}, true, true},
      {ssh::WindowChange{}, true, true},
  };
  for (const auto& row : table) {
    EXPECT_EQ(permits({.ssh = true, .sftp = false}, row.request), row.with_ssh) << row.request.index();
    EXPECT_EQ(permits({.ssh = false, .sftp = true}, row.request), row.with_sftp) << row.request.index();
  }
}

TEST(Rights, ForwardingIsOfTwoDirectionsAndX11ByItself) {
  EXPECT_TRUE(permits({.x11 = true}, ChannelRequest{ssh::X11{}}));
  EXPECT_FALSE(permits({.ssh = true, .agent = true}, ChannelRequest{ssh::X11{}}));
  EXPECT_TRUE(permits({.local_forwarding = true}, ssh::Opening{ssh::OpenDirect{}}));
  EXPECT_FALSE(permits({.ssh = true, .remote_forwarding = true}, ssh::Opening{ssh::OpenDirect{}}));
}

TEST(Rights, AClientOpensSessionsAndTunnelsOnly) {
  const Rights all{
      .ssh = true, .sftp = true, .local_forwarding = true, .remote_forwarding = true, .agent = true, .x11 = true};
  EXPECT_TRUE(permits({}, ssh::Opening{ssh::OpenSession{}}));
  for (const ssh::Opening& opening : {ssh::Opening{ssh::OpenForwarded{}}, ssh::Opening{ssh::OpenX11{}},
                                      ssh::Opening{ssh::OpenAgent{}}, ssh::Opening{ssh::OpenOther{}}})
    EXPECT_FALSE(permits(all, opening)) << opening.index();
}

TEST(Rights, AProgramIsStartedByThree) {
  EXPECT_TRUE(starts(ssh::Shell{}));
  EXPECT_TRUE(starts(ssh::Exec{}));
  EXPECT_TRUE(starts(ssh::Subsystem{}));
  EXPECT_FALSE(starts(ssh::Pty{}));
  EXPECT_FALSE(starts(ssh::Env{}));
}

}  // namespace
}  // namespace pysshrp::relay
