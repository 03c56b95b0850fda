#include "relay/rights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace pysshrp::relay {
namespace {

using ssh::ChannelRequest;
using ssh::Opening;

constexpr bool no = false;

/// All that a client can ask for, and with which rights it may. The first row of the rights is everything.
const struct {
  const char* name;
  Kind kind;
  bool with_all, with_ssh_only, with_sftp_only, without_ssh;
} kTable[] = {
    {"session", Kind::session, true, true, true, true},
    {"direct-tcpip", Kind::direct_tcpip, true, no, no, true},
    {"any other channel", Kind::other_channel, no, no, no, no},
    {"tcpip-forward", Kind::tcpip_forward, true, no, no, true},
    {"pty-req", Kind::pty, true, true, no, no},
    {"window-change", Kind::window_change, true, true, no, no},
    {"env", Kind::env, true, true, no, no},
    {"shell", Kind::shell, true, true, no, no},
    {"exec", Kind::exec, true, true, no, no},
    {"subsystem sftp", Kind::sftp, true, no, true, true},
    {"any other subsystem", Kind::other_subsystem, true, true, no, no},
    {"x11-req", Kind::x11, true, no, no, no},
    {"auth-agent-req@openssh.com", Kind::agent, true, no, no, no},
    {"signal", Kind::signal, true, true, no, no},
    {"break and the rest", Kind::unknown, no, no, no, no},
};

const Rights kAll{
    .ssh = true, .sftp = true, .local_forwarding = true, .remote_forwarding = true, .agent = true, .x11 = true};

TEST(Rights, EveryKindNeedsItsOwn) {
  Rights without_ssh = kAll;
  without_ssh.ssh = false;
  ASSERT_EQ(std::size(kTable), kKinds);
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto& row = kTable[i];
    EXPECT_EQ(row.kind, static_cast<Kind>(i));
    EXPECT_EQ(kNeeds[i].kind, static_cast<Kind>(i)) << "the table is not in the order of its kinds";
    EXPECT_EQ(permits(kAll, row.kind), row.with_all) << row.name;
    EXPECT_EQ(permits({.ssh = true}, row.kind), row.with_ssh_only) << row.name;
    EXPECT_EQ(permits({.sftp = true}, row.kind), row.with_sftp_only) << row.name;
    EXPECT_EQ(permits(without_ssh, row.kind), row.without_ssh) << row.name;
  }
}

/// With allow_ssh = no an upstream sees nothing of a session but the sftp subsystem, whatever else is allowed.
TEST(Rights, WithoutSshASessionIsSftpAndNothingElse) {
  Rights without_ssh = kAll;
  without_ssh.ssh = false;
  const ChannelRequest requests[] = {ssh::Pty{},
                                     ssh::WindowChange{},
                                     ssh::Env{"LANG", "C"},
                                     ssh::Env{"LD_PRELOAD", "/x.so"},
                                     ssh::Shell{},
                                     ssh::Exec{"sftp"},
                                     ssh::Subsystem{"sftp"},
                                     ssh::Subsystem{"SFTP"},
                                     ssh::Subsystem{"sftp "},
                                     ssh::Subsystem{""},
                                     ssh::Subsystem{"netconf"},
                                     ssh::X11{},
                                     ssh::UnknownRequest{}};
  for (const ChannelRequest& request : requests) {
    const auto* subsystem = std::get_if<ssh::Subsystem>(&request);
    EXPECT_EQ(permits(without_ssh, request), subsystem && subsystem->name == "sftp") << request.index();
  }
}

TEST(Rights, EveryAlternativeHasItsKind) {
  const std::pair<ChannelRequest, Kind> requests[] = {{ssh::Pty{}, Kind::pty},
                                                      {ssh::WindowChange{}, Kind::window_change},
                                                      {ssh::Env{}, Kind::env},
                                                      {ssh::Shell{}, Kind::shell},
                                                      {ssh::Exec{"sftp"}, Kind::exec},
                                                      {ssh::Subsystem{"sftp"}, Kind::sftp},
                                                      {ssh::Subsystem{"SFTP"}, Kind::other_subsystem},
                                                      {ssh::Subsystem{""}, Kind::other_subsystem},
                                                      {ssh::X11{}, Kind::x11},
                                                      {ssh::UnknownRequest{}, Kind::unknown}};
  for (const auto& [request, kind] : requests) EXPECT_EQ(kind_of(request), kind) << request.index();
  const std::pair<Opening, Kind> openings[] = {
      {ssh::OpenSession{}, Kind::session},         {ssh::OpenDirect{}, Kind::direct_tcpip},
      {ssh::OpenForwarded{}, Kind::other_channel}, {ssh::OpenX11{}, Kind::other_channel},
      {ssh::OpenAgent{}, Kind::other_channel},     {ssh::OpenOther{}, Kind::other_channel}};
  ASSERT_EQ(std::size(openings), std::variant_size_v<Opening>);
  for (const auto& [opening, kind] : openings) EXPECT_EQ(kind_of(opening), kind) << opening.index();
}

TEST(Rights, ForwardingIsOfTwoDirectionsAndATerminalTheKeys) {
  EXPECT_TRUE(permits({.local_forwarding = true}, Opening{ssh::OpenDirect{}}));
  EXPECT_FALSE(permits({.ssh = true, .remote_forwarding = true}, Opening{ssh::OpenDirect{}}));
  EXPECT_FALSE(permits({.ssh = true, .local_forwarding = true}, Kind::tcpip_forward));
  EXPECT_FALSE(permits({.ssh = true, .pty = false}, Kind::pty));
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
