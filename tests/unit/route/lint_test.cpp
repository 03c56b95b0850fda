#include <string>
#include <vector>

#include "routing.h"

namespace pysshrp::route {
namespace {

std::vector<std::string> faults(std::string_view file) {
  const auto config = config::Config::parse("pysshrp.ini", file);
  std::vector<std::string> texts;
  for (const auto& server : config.servers())
    for (const auto& fault : route::lint(config, server)) texts.push_back(fault.text());
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
  EXPECT_EQ(faults(file), (std::vector<std::string>{
                              "pysshrp.ini:3: [server broken] user: missing closing parenthesis at offset 5 of '^web('",
                              "pysshrp.ini:7: [server group] upstream_host: the pattern of this server has no group 'ID'",
                              "pysshrp.ini:8: [server group] upstream_user: the pattern of this server has no group '2'",
                              "pysshrp.ini:9: [server group] upstream_password: '\\g<' without '>'",
                              "pysshrp.ini:13: [server exact] upstream_host: '\\g<' needs a user that is a pattern and starts with '^'",
                              "pysshrp.ini:15: [server exact] upstream_port: '\\1' is not a port (1-65535)",
                          }));
}

TEST(Lint, ADefaultIsHeldAgainstEveryServer) {
  const std::string file{"[defaults]\nupstream_user = \\g<id>\n[server a]\nuser = ^(?P<id>a)\nupstream_host = a.lan\n[server b]\nuser = ^b\nupstream_host = b.lan\n"};
  EXPECT_EQ(faults(file), std::vector<std::string>{"pysshrp.ini:2: [server b] upstream_user: the pattern of this server has no group 'id'"});
  EXPECT_EQ(found(file, "a").upstream_user.text(), "a");
  EXPECT_EQ(refused(file, "b").why, Why::faulty);
}

}  // namespace
}  // namespace pysshrp::route
