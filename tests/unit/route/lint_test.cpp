#include <fstream>
#include <string>
#include <vector>

#include "routing.h"

namespace pysshrp::route {
namespace {

std::vector<std::string> faults(std::string_view file) {
  const auto config = config::Config::parse("pysshrp.ini", file);
  std::vector<std::string> texts;
  for (const auto& server : config.servers())
    for (const auto& fault : route::lint(server)) texts.push_back(fault.text());
  return texts;
}

TEST(Lint, FindsBrokenPatternsAndReferences) {
  const std::string file{R"(
[server broken]
user = ^web(
upstream_host = web.lan
[server group]
user = ^web(?P<id>\d+)
upstream_host = web\g<ID>.lan
upstream_user = \2\1
upstream_password = \g<id
password = \g<nothing>
[server exact]
user = web
upstream_host = web\g<0>.lan
upstream_user = a\1
upstream_port = \1
)"};
  EXPECT_EQ(
      faults(file),
      (std::vector<std::string>{
          "pysshrp.ini:3: [server broken] user: missing closing parenthesis at offset 5 of '^web('",
          "pysshrp.ini:7: [server group] upstream_host: the pattern of this server has no group 'ID'",
          "pysshrp.ini:8: [server group] upstream_user: the pattern of this server has no group '2'",
          "pysshrp.ini:9: [server group] upstream_password: '\\g<' without '>'",
          "pysshrp.ini:13: [server exact] upstream_host: '\\g<' needs a user that is a pattern and starts with '^'",
          "pysshrp.ini:15: [server exact] upstream_port: '\\1' is not a port (1-65535)",
      }));
}

TEST(Lint, ADefaultIsHeldAgainstEveryServer) {
  const std::string file{
      "[defaults]\nupstream_user = \\g<id>\n[server a]\nuser = ^(?P<id>a)\nupstream_host = a.lan\n[server b]\nuser = "
      "^b\nupstream_host = b.lan\n"};
  EXPECT_EQ(faults(file), std::vector<std::string>{
                              "pysshrp.ini:2: [server b] upstream_user: the pattern of this server has no group 'id'"});
  EXPECT_EQ(found(file, "a").upstream_user.text(), "a");
  EXPECT_EQ(refused(file, "b").why, Why::faulty);
}

TEST(Lint, ARootPathMayHaveCapturesButLeadNowhereElse) {
  const std::string server{"[server a]\nuser = ^(?P<id>a)\nupstream_host = a.lan\nupstream_root_path = "};
  EXPECT_EQ(faults(server + "/srv/\\g<id>\n"), std::vector<std::string>{});
  EXPECT_EQ(faults(server + "/srv/\\g<ID>\n"),
            std::vector<std::string>{
                "pysshrp.ini:4: [server a] upstream_root_path: the pattern of this server has no group 'ID'"});
  // What stands before and after a capture is only known as wrong when somebody logs in.
  const auto refusal = refused(server + "/srv/\\g<id>/../b\n", "a");
  EXPECT_EQ(refusal.why, Why::unsafe);
  EXPECT_EQ(refusal.what, "upstream_root_path: '/srv/a/../b' is not a directory without '..'");
}

TEST(Lint, AShellBesideARootPathIsNoFault) {
  EXPECT_EQ(faults("[server a]\nuser = a\nupstream_host = a.lan\nupstream_root_path = /srv\nallow_ssh = yes\n"),
            std::vector<std::string>{});
}

TEST(Notes, APatternThatIsNeverReachedIsNoFault) {
  const std::string file{
      "[server a]\nuser = ^web\nupstream_host = a.lan\n[server b]\nuser = ^web1$\nupstream_host = b.lan\n"};
  const auto config = config::Config::parse("f", file);
  const auto found = notes(config);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().text(),
            "f:5: [server b] user: note: is never reached: '^web' of [server a] at f:1 comes first and matches all its "
            "users: put this one before it");
  EXPECT_EQ(faults(file), std::vector<std::string>{});
  const std::string turned{
      "[server b]\nuser = ^web1$\nupstream_host = b.lan\n[server a]\nuser = ^web\nupstream_host = a.lan\n"};
  EXPECT_EQ(notes(config::Config::parse("f", turned)).size(), 0U);
}

TEST(Sample, HasExamplesThatWorkWhenTheyAreTurnedOn) {
  std::ifstream sample{PYSSHRP_SOURCE_DIR "/conf/pysshrp.ini"};
  std::string turned_on;
  for (std::string line; std::getline(sample, line);)
    if (line.size() > 1 && line[0] == ';' && line[1] != ' ' && (!turned_on.empty() || line[1] == '['))
      turned_on += line.substr(1) + '\n';
  EXPECT_EQ(found(turned_on, "backup").upstream_host.front().text(), "192.0.2.7");
  const auto pool = found(turned_on, "joe@pool");
  EXPECT_EQ(pool.upstream_host.size(), 3u);
  EXPECT_EQ(pool.upstream_order, UpstreamOrder::hash_user);
  const auto route = found(turned_on, "acme@hosting");
  EXPECT_EQ(route.upstream_root_path, "/srv/www/acme");
  EXPECT_FALSE(route.allow_ssh);
  EXPECT_TRUE(route.sftp_log);
  EXPECT_EQ(found(turned_on, "joe@keys").authorized_keys, "/etc/pysshrp/authorized_keys.d/joe");
  EXPECT_EQ(found(turned_on, "looked-up").upstream_authorized_keys, ".ssh/authorized_keys");
  EXPECT_TRUE(found(turned_on, "agent").upstream_agent);
}

}  // namespace
}  // namespace pysshrp::route
