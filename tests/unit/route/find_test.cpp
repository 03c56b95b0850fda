#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "routing.h"

namespace pysshrp::route {
namespace {

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
  for (const auto& user : {std::string(256, 'b'), std::string{"a\nb"}, std::string{"a\0b", 3}, std::string{"\x7f"},
                           std::string{"\xff"}, std::string{"\u0085"}}) {
    const auto refusal = refused(file, user);
    EXPECT_EQ(refusal.why, Why::unsafe);
    EXPECT_EQ(refusal.server, "");
    EXPECT_EQ(refusal.what.substr(0, 9), "user name");
  }
}

TEST(Find, AnExactUserThatIsNoNameIsRefusedToo) {
  EXPECT_EQ(refused(std::string{"[server a]\nuser = "} + std::string(150, 'b') + "\nupstream_host = a.lan\n",
                    std::string(256, 'b'))
                .why,
            Why::unsafe);
}

TEST(Find, APatternThatBlowsItsLimitsRefusesAndIsNamed) {
  const std::string file{
      "[server slow]\nuser = ^(a+)+$\nupstream_host = a.lan\n[server any]\nuser = ^.*\nupstream_host = any.lan\n"};
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
    EXPECT_EQ(refusal.faults[0].text(),
              "pysshrp.ini:6: [server broken] user: missing closing parenthesis at offset 5 of '^web('");
  }
}

TEST(Find, AServerWithoutAUserStopsThePatternsToo) {
  const std::string file{
      "[server lost]\nupstream_host = a.lan\n[server any]\nuser = ^.*\nupstream_host = any.lan\n[server e]\nuser = "
      "e\nupstream_host = e.lan\n"};
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

TEST(Find, ABrokenHeaderOfAServerRefusesItsOwnUsersOnlyAndNobodyFallsThrough) {
  for (const std::string header : {"[Server b]", "[server b"}) {
    const auto file =
        "[server any]\nuser = ^b\nupstream_host = any.lan\n[server a]\nuser = a\nupstream_host = a.lan\n" + header +
        "\nuser = bob\nupstream_host = b.lan\n[server c]\nuser = c\nupstream_host = c.lan\n";
    EXPECT_EQ(found(file, "a").server, "a") << header;
    EXPECT_EQ(found(file, "c").server, "c") << header;
    EXPECT_EQ(found(file, "ben").server, "any") << header;
    const auto refusal = refused(file, "bob");
    EXPECT_EQ(refusal.why, Why::faulty) << header;
    EXPECT_EQ(refusal.server, "b") << header;
  }
  const auto nameless =
      "[server a]\nuser = a\nupstream_host = a.lan\n[Server b]\n[server any]\nuser = ^.\nupstream_host = c.lan\n";
  EXPECT_EQ(found(nameless, "a").server, "a");
  EXPECT_EQ(refused(nameless, "x").why, Why::faulty) << "who may have been meant there";
}

TEST(Find, AStoredCredentialWithNothingToCheckTheClientByIsAFault) {
  const std::string file{"[server a]\nuser = a\nupstream_host = a.lan\nupstream_password = stored\n"};
  EXPECT_EQ(refused(file, "a").why, Why::faulty);
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
  const std::string file{
      "[server a]\nuser = a\nupstream_host = a.lan\nfrom = 192.0.2.1\n[server any]\nuser = ^.*\nupstream_host = "
      "any.lan\n"};
  EXPECT_EQ(refused(file, "a", "192.0.2.2").why, Why::source);
}

// Whoever it is: the time this takes must not tell who exists.
TEST(MatchAll, TriesEveryNameAndPatternForEverybody) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    const auto n = std::to_string(i);
    text += "[server e" + n + "]\nuser = exact" + n + "\nupstream_host = h\n[server p" + n + "]\nuser = ^pattern" + n +
            "x\nupstream_host = h\n";
  }
  const auto config = config::Config::parse("f", text);
  for (const char* const user : {"exact0", "exact49", "pattern0x", "pattern49x", "stranger", "pattern1", ""}) {
    const Matches matches = match_all(config, UserName{user});
    EXPECT_EQ(matches.compared, 50U) << user;
    EXPECT_EQ(matches.tried, 50U) << user;
  }
  // Behind a pattern that is broken, too.
  const auto broken = config::Config::parse("f", "[server b]\nuser = ^(\nupstream_host = h\n" + text);
  for (const char* const user : {"exact0", "pattern0x", "stranger"})
    EXPECT_EQ(match_all(broken, UserName{user}).tried, 51U) << user;
}

TEST(MatchAll, KeepsTheFirstMatch) {
  const auto config = config::Config::parse(
      "f",
      "[server a]\nuser = ^x(.)\nupstream_host = h\n[server b]\nuser = ^xy\nupstream_host = h\n[server c]\nuser = xy\n"
      "upstream_host = h\n[server d]\nuser = xy\nupstream_host = h\n");
  const Matches matches = match_all(config, UserName{"xy"});
  ASSERT_TRUE(matches.by_pattern && matches.exact != nullptr);
  EXPECT_EQ(matches.by_pattern->server->name(), "a");
  EXPECT_EQ(matches.by_pattern->captures.at(1).text, "y");
  EXPECT_EQ(matches.exact->name(), "c");
}

TEST(MatchAll, GivesUpAtAPatternThatCannotDecideOnTheName) {
  std::string text = "[server exact]\nuser = " + std::string(40, 'a') + "\nupstream_host = h\n";
  for (int i = 0; i < 5; ++i) text += "[server p" + std::to_string(i) + "]\nuser = ^(a+)+$\nupstream_host = h\n";
  const auto config = config::Config::parse("f", text);
  EXPECT_EQ(match_all(config, UserName{std::string(40, 'a') + '!'}).tried, 1U);
}

}  // namespace
}  // namespace pysshrp::route
