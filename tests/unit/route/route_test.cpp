#include "route/route.h"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/keys.h"
#include "route/keys.h"

namespace pysshrp::route {
namespace {

using Why = Refusal::Why;

Found find(const config::Config& config, const std::string& user, const char* source) {
  for (const auto& fault : config.faults()) ADD_FAILURE() << fault.text();
  return route::find(config, UserName{user}, source ? Address::parse(source) : std::nullopt);
}

Route found(std::string_view file, const std::string& user, const char* source = nullptr) {
  auto result = find(config::Config::parse("pysshrp.ini", file), user, source);
  if (auto* route = std::get_if<Route>(&result)) return std::move(*route);
  const auto* refusal = std::get_if<Refusal>(&result);
  ADD_FAILURE() << user << ": " << refusal->what << (refusal->faults.empty() ? "" : ": " + refusal->faults.front().text());
  return {};
}

Refusal refused(std::string_view file, const std::string& user, const char* source = nullptr) {
  auto result = find(config::Config::parse("pysshrp.ini", file), user, source);
  if (auto* refusal = std::get_if<Refusal>(&result)) return std::move(*refusal);
  ADD_FAILURE() << user << " is routed to " << std::get_if<Route>(&result)->server;
  return {};
}

std::vector<std::string> faults(std::string_view file) {
  const auto config = config::Config::parse("pysshrp.ini", file);
  std::vector<std::string> texts;
  for (const auto& server : config.servers())
    for (const auto& fault : route::lint(config, server)) texts.push_back(fault.text());
  return texts;
}

const char* const kTwo = R"(
[server any]
user = ^.*
upstream_host = any.lan
[server web]
user = ^web(?P<id>\d+)$
upstream_host = web\g<id>.lan
[server foo]
user = foo
upstream_host = foo.lan
)";

TEST(Find, ExactBeatsPatternWhereverItStands) {
  const auto route = found(kTwo, "foo");
  EXPECT_EQ(route.server, "foo");
  EXPECT_EQ(route.match, "exact");
  EXPECT_EQ(route.defined.line, 8u);
}

TEST(Find, AnExactNameIsTheWholeNameAndNothingInItIsSpecial) {
  const std::string file{"[server a]\nuser = f.o\nupstream_host = a.lan\n"};
  EXPECT_EQ(found(file, "f.o").server, "a");
  for (const auto* user : {"foo", "f.o2", "F.O", "", "xf.o"}) EXPECT_EQ(refused(file, user).why, Why::unknown) << user;
}

TEST(Find, TheFirstPatternInFileOrderWins) {
  const auto route = found(kTwo, "web7");
  EXPECT_EQ(route.server, "any");
  EXPECT_EQ(route.match, "pattern ^.*");
}

/// A folder for routes_dir, gone at the end.
class RoutesDir {
 public:
  RoutesDir() {
    std::string name = std::filesystem::temp_directory_path() / "pysshrp-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }
  RoutesDir(const RoutesDir&) = delete;
  RoutesDir& operator=(const RoutesDir&) = delete;
  ~RoutesDir() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream{path_ / name} << text;
    return path_ / name;
  }
  std::string setting() const { return "[pysshrp]\nroutes_dir = " + path_.string() + '\n'; }

 private:
  std::filesystem::path path_;
};

TEST(Find, RoutesDirStandsBetweenExactNamesAndPatterns) {
  const RoutesDir dir;
  const auto path = dir.write("web.ini", "[server filed]\nupstream_host = filed.lan\n");
  dir.write("foo.ini", "[server filed-foo]\nupstream_host = filed.lan\n");
  const auto file = dir.setting() + "[defaults]\nupstream_port = 2022\n" + kTwo;
  const auto route = found(file, "web");
  EXPECT_EQ(route.server, "filed");
  EXPECT_EQ(route.match, "routes_dir " + path);
  EXPECT_EQ(route.defined.text(), path + ":1");
  EXPECT_EQ(route.upstream_user.text(), "web");
  EXPECT_EQ(route.upstream_port, 2022);
  EXPECT_EQ(found(file, "foo").server, "foo");
  EXPECT_EQ(found(file, "other").server, "any");
}

TEST(Find, AFaultyFileInRoutesDirRefusesItsUser) {
  const RoutesDir dir;
  dir.write("empty.ini", "");
  dir.write("port.ini", "[server port]\nupstream_host = a.lan\nupstream_port = 0\n");
  dir.write("capture.ini", "[server capture]\nupstream_host = \\g<0>.lan\n");
  const auto file = dir.setting() + kTwo;
  for (const auto* user : {"empty", "port", "capture"}) {
    const auto refusal = refused(file, user);
    EXPECT_EQ(refusal.why, Why::faulty) << user;
    EXPECT_EQ(refusal.faults.size(), 1u) << user;
  }
}

TEST(Find, NobodyIsUnknown) {
  const auto refusal = refused("[server a]\nuser = ^a$\nupstream_host = a.lan\n", "ab");
  EXPECT_EQ(refusal.why, Why::unknown);
  EXPECT_EQ(refusal.server, "");
}

TEST(Find, RefusesNamesBeforeAnyPatternSeesThem) {
  const std::string file{"[server any]\nuser = ^(a+)+$|^\nupstream_host = any.lan\nupstream_user = x\n"};
  EXPECT_EQ(found(file, std::string(255, 'b')).server, "any");
  for (const auto& user : {std::string(256, 'b'), std::string{"a\nb"}, std::string{"a\0b", 3}, std::string{"\x7f"}, std::string{"\xff"}, std::string{"\u0085"}}) {
    const auto refusal = refused(file, user);
    EXPECT_EQ(refusal.why, Why::unsafe);
    EXPECT_EQ(refusal.server, "");
    EXPECT_EQ(refusal.what.substr(0, 9), "user name");
  }
}

TEST(Find, AnExactUserThatIsNoNameIsRefusedToo) {
  EXPECT_EQ(refused(std::string{"[server a]\nuser = "} + std::string(150, 'b') + "\nupstream_host = a.lan\n", std::string(256, 'b')).why, Why::unsafe);
}

TEST(Find, APatternThatBlowsItsLimitsRefusesAndIsNamed) {
  const std::string file{"[server slow]\nuser = ^(a+)+$\nupstream_host = a.lan\n[server any]\nuser = ^.*\nupstream_host = any.lan\n"};
  const auto refusal = refused(file, std::string(254, 'a') + '!');
  EXPECT_EQ(refusal.why, Why::unsafe);
  EXPECT_EQ(refusal.server, "slow");
  EXPECT_NE(refusal.what.find("'^(a+)+$'"), std::string::npos) << refusal.what;
  EXPECT_EQ(found(file, "b").server, "any");
  EXPECT_EQ(found(file, "aaa").server, "slow");
}

TEST(Find, ABrokenPatternStopsTheMatchingWhereItStands) {
  const std::string file{R"(
[server early]
user = ^early
upstream_host = early.lan
[server broken]
user = ^web(
upstream_host = web.lan
[server late]
user = ^.*
upstream_host = late.lan
[server exact]
user = exact
upstream_host = exact.lan
)"};
  EXPECT_EQ(found(file, "early").server, "early");
  EXPECT_EQ(found(file, "exact").server, "exact");
  for (const auto* user : {"web1", "late", "x"}) {
    const auto refusal = refused(file, user);
    EXPECT_EQ(refusal.why, Why::faulty);
    EXPECT_EQ(refusal.server, "broken");
    ASSERT_EQ(refusal.faults.size(), 1u);
    EXPECT_EQ(refusal.faults[0].text(), "pysshrp.ini:6: [server broken] user: missing closing parenthesis at offset 5 of '^web('");
  }
}

TEST(Find, AServerWithoutAUserStopsThePatternsToo) {
  const std::string file{"[server lost]\nupstream_host = a.lan\n[server any]\nuser = ^.*\nupstream_host = any.lan\n[server e]\nuser = e\nupstream_host = e.lan\n"};
  EXPECT_EQ(refused(file, "x").why, Why::faulty);
  EXPECT_FALSE(refused(file, "x").faults.empty());
  EXPECT_EQ(found(file, "e").server, "e");
}

TEST(Find, AFaultyServerRefusesItsOwnUsersOnly) {
  const std::string file{R"(
[server bad]
user = bad
upstream_host = bad.lan
upstream_port = 70000
[server typo]
user = ^typo
upstream_hots = typo.lan
[server good]
user = ^.*
upstream_host = good.lan
)"};
  for (const auto* user : {"bad", "typo"}) {
    const auto refusal = refused(file, user);
    EXPECT_EQ(refusal.why, Why::faulty);
    EXPECT_EQ(refusal.server, user);
    EXPECT_FALSE(refusal.faults.empty());
  }
  EXPECT_EQ(found(file, "good").server, "good");
}

TEST(Find, AStoredCredentialWithNothingToCheckTheClientByIsAFault) {
  const std::string file{"[server a]\nuser = a\nupstream_host = a.lan\nupstream_password = stored\n"};
  EXPECT_EQ(refused(file, "a").why, Why::faulty);
}

TEST(Find, DefaultsAreThoseOfTheManual) {
  const auto route = found("[server a]\nuser = ^a\nupstream_host = a.lan\n", "alice");
  EXPECT_EQ(route.upstream_host.text(), "a.lan");
  EXPECT_EQ(route.upstream_port, 22);
  EXPECT_EQ(route.upstream_user.text(), "alice");
  EXPECT_EQ(route.connect_timeout, std::chrono::seconds{10});
  EXPECT_FALSE(route.upstream_bind);
  EXPECT_TRUE(route.allow_ssh);
  EXPECT_TRUE(route.allow_sftp);
  EXPECT_FALSE(route.password);
  EXPECT_FALSE(route.upstream_password);
  EXPECT_EQ(route.upstream_known_hosts, "/etc/pysshrp/known_hosts");
  EXPECT_TRUE(route.upstream_host_key.empty());
  EXPECT_EQ(route.upstream_host_key_check, HostKeyCheck::strict);
}

TEST(Find, ReadsEveryKey) {
  const auto route = found(R"(
[defaults]
upstream_port = 2022
allow_ssh = no
[server a]
user = a
upstream_host = 2001:db8::1
upstream_port = 2222
upstream_user = root
connect_timeout = 2min
upstream_bind = 192.0.2.1
allow_sftp = off
from = 192.0.2.0/24, 2001:db8::/32
password = local one
upstream_password = a\1b
upstream_known_hosts = /etc/known
upstream_host_key = SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
upstream_host_key_check = accept-new
)", "a", "192.0.2.9");
  EXPECT_EQ(route.upstream_host.text(), "2001:db8::1");
  EXPECT_EQ(route.upstream_port, 2222);
  EXPECT_EQ(route.upstream_user.text(), "root");
  EXPECT_EQ(route.connect_timeout, std::chrono::seconds{120});
  EXPECT_EQ(route.upstream_bind, Address::parse("192.0.2.1"));
  EXPECT_FALSE(route.allow_ssh);
  EXPECT_FALSE(route.allow_sftp);
  EXPECT_EQ(route.from.size(), 2u);
  ASSERT_TRUE(route.password);
  EXPECT_EQ(route.password->reveal(), "local one");
  ASSERT_TRUE(route.upstream_password);
  EXPECT_EQ(route.upstream_password->reveal(), "a\\1b");
  EXPECT_EQ(route.upstream_known_hosts, "/etc/known");
  ASSERT_EQ(route.upstream_host_key.size(), 1u);
  EXPECT_EQ(route.upstream_host_key[0].text(), "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(route.upstream_host_key_check, HostKeyCheck::accept_new);
}

TEST(Find, CapturesExpandInEveryUpstreamValue) {
  const auto route = found(R"(
[server web]
user = ^(?P<name>[a-z]+)-(\d+)(-x)?$
upstream_host = \g<name>\g<3>.lan
upstream_port = 22\2
upstream_user = \g<0>
password = \g<name>
upstream_password = p\g<name>
upstream_known_hosts = /etc/hosts.d/\g<name>/known_hosts
)", "web-7");
  EXPECT_EQ(route.upstream_host.text(), "web.lan");
  EXPECT_EQ(route.upstream_port, 227);
  EXPECT_EQ(route.upstream_user.text(), "web-7");
  EXPECT_EQ(route.password->reveal(), "\\g<name>") << "no upstream_ value";
  EXPECT_EQ(route.upstream_password->reveal(), "pweb");
  EXPECT_EQ(route.upstream_known_hosts, "/etc/hosts.d/web/known_hosts");
  EXPECT_EQ(route.match, R"(pattern ^(?P<name>[a-z]+)-(\d+)(-x)?$)");
}

struct Typed {
  const char *what, *value;
  std::vector<std::string> good, bad;
};

TEST(Find, WhatAClientTypedNeverBecomesMoreThanAValue) {
  const Typed table[] = {
      {"upstream_host", R"(\1)", {"web", "web.example.lan", "192.0.2.7", "a-b"},
       {"", "evil.com#", "a b", "-oProxyCommand=x", "a/b", "..", ".", "a..b", "a,b", "a:22", "[::1]:22", "user@host", "a%b", "*", "$(x)", "`x`", "a\\b", "é"}},
      {"upstream_host", R"(web\1.lan)", {"1", "-x"}, {"/", "#", " ", ",evil.com", ":22,evil.com", "..", "@"}},
      {"upstream_port", R"(\1)", {"1", "22", "65535"}, {"", "0", "65536", "22 ", " 22", "+22", "-1", "0x16", "22a", "99999999999999999999", "ssh"}},
      {"upstream_user", R"(\1)", {"root", "a b", "../x", "é"}, {""}},
      {"upstream_known_hosts", R"(/k/\1)", {"web", "...", "-x"}, {"", ".", "..", "a/b", "/", "/etc/passwd", "../x", "a/.."}},
      {"upstream_known_hosts", R"(/k/.\1)", {"x"}, {"", "."}},
  };
  for (const auto& row : table) {
    const std::string host = std::string_view{row.what} == "upstream_host" ? "" : "upstream_host = a.lan\n";
    const std::string file{"[server a]\nuser = ^u(.*)$\n" + host + row.what + " = " + row.value + "\n"};
    for (const auto& capture : row.good) EXPECT_EQ(found(file, 'u' + capture).server, "a") << row.what << " = " << row.value << ": " << capture;
    for (const auto& capture : row.bad) {
      const auto refusal = refused(file, 'u' + capture);
      EXPECT_EQ(refusal.why, Why::unsafe) << row.what << " = " << row.value << ": " << capture;
      EXPECT_EQ(refusal.server, "a");
      EXPECT_EQ(refusal.what.find(row.what), 0u) << refusal.what;
    }
  }
}

TEST(Find, AnAddressInBracketsIsNoHost) {
  EXPECT_EQ(refused("[server a]\nuser = ^(.*)$\nupstream_host = \\1\n", "[::1]").why, Why::unsafe);
}

TEST(Find, TheSourceMustBeInFrom) {
  const std::string file{"[server a]\nuser = a\nupstream_host = a.lan\nfrom = 192.0.2.0/24, ::1\n"};
  EXPECT_EQ(found(file, "a", "192.0.2.255").server, "a");
  EXPECT_EQ(found(file, "a", "::ffff:192.0.2.1").server, "a");
  EXPECT_EQ(found(file, "a", "::1").server, "a");
  for (const auto* source : {"192.0.3.0", "::2", static_cast<const char*>(nullptr)}) {
    const auto refusal = refused(file, "a", source);
    EXPECT_EQ(refusal.why, Why::source);
    EXPECT_EQ(refusal.server, "a");
  }
  EXPECT_EQ(refused(file, "a", "192.0.3.0").what, "192.0.3.0 is not in from");
}

TEST(Find, WhoeverIsNotAdmittedDoesNotFallThrough) {
  const std::string file{"[server a]\nuser = a\nupstream_host = a.lan\nfrom = 192.0.2.1\n[server any]\nuser = ^.*\nupstream_host = any.lan\n"};
  EXPECT_EQ(refused(file, "a", "192.0.2.2").why, Why::source);
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
)"};
  EXPECT_EQ(faults(file), (std::vector<std::string>{
                              "pysshrp.ini:3: [server broken] user: missing closing parenthesis at offset 5 of '^web('",
                              "pysshrp.ini:7: [server group] upstream_host: the pattern of this server has no group 'ID'",
                              "pysshrp.ini:8: [server group] upstream_user: the pattern of this server has no group '2'",
                              "pysshrp.ini:9: [server group] upstream_password: '\\g<' without '>'",
                              "pysshrp.ini:13: [server exact] upstream_host: '\\g<' needs a user that is a pattern and starts with '^'",
                          }));
}

TEST(Lint, ADefaultIsHeldAgainstEveryServer) {
  const std::string file{"[defaults]\nupstream_user = \\g<id>\n[server a]\nuser = ^(?P<id>a)\nupstream_host = a.lan\n[server b]\nuser = ^b\nupstream_host = b.lan\n"};
  EXPECT_EQ(faults(file), std::vector<std::string>{"pysshrp.ini:2: [server b] upstream_user: the pattern of this server has no group 'id'"});
  EXPECT_EQ(found(file, "a").upstream_user.text(), "a");
  EXPECT_EQ(refused(file, "b").why, Why::faulty);
}

TEST(Keys, AreThoseOfTheConfigurationInItsOrder) {
  std::vector<std::pair<std::string_view, bool>> known, written;
  for (const auto& key : keys()) known.emplace_back(key.name, key.capture != nullptr);
  for (const auto& key : config::keys())
    if (key.where != config::Where::pysshrp && key.name != "user") written.emplace_back(key.name, key.captures);
  EXPECT_EQ(known, written);
}

using Facts = std::vector<std::pair<std::string, std::string>>;

TEST(Explain, NamesEveryKeyInTheOrderOfTheTable) {
  EXPECT_EQ(explain(found("[server a]\nuser = a\nupstream_host = a.lan\n", "a")),
            (Facts{{"upstream_host", "a.lan"},
                   {"upstream_port", "22"},
                   {"upstream_user", "a"},
                   {"connect_timeout", "10s"},
                   {"upstream_bind", "none"},
                   {"allow_ssh", "yes"},
                   {"allow_sftp", "yes"},
                   {"from", "any"},
                   {"password", "none"},
                   {"upstream_password", "none"},
                   {"upstream_known_hosts", "/etc/pysshrp/known_hosts"},
                   {"upstream_host_key", "none"},
                   {"upstream_host_key_check", "strict"}}));
}

TEST(Explain, ShowsNoSecrets) {
  const std::string file{"[server a]\nuser = a\nupstream_host = a.lan\npassword = s3cret1\nupstream_password = s3cret2\nfrom = 192.0.2.1, ::/0\n"};
  const auto facts = explain(found(file, "a", "192.0.2.1"));
  for (const auto& [key, value] : facts) EXPECT_EQ(value.find("s3cret"), std::string::npos) << key;
  EXPECT_EQ(facts[7].second, "192.0.2.1/32, ::/0");
  EXPECT_EQ(facts[8].second, "set");
  EXPECT_EQ(facts[9].second, "set");
}

}  // namespace
}  // namespace pysshrp::route
