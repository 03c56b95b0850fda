#include "auth/auth_policy.h"

#include <gtest/gtest.h>

#include <string>

#include "auth/auth_methods.h"

namespace pysshrp::auth {
namespace {

constexpr bool kYes = true, kNo = false;

struct Row {
  std::string lines;
  bool by_key, by_password, upstream_decides, looks_keys_up;
};

const std::string kPassword = "password = x\n", kKeys = "authorized_keys = /k\n", kTheirs = "upstream_password = y\n",
                  kKey = "upstream_key = /key\n", kAgent = "upstream_agent = yes\n";

const Row kTable[] = {
    {"", kNo, kNo, kYes, kNo},
    {"upstream_agent = no\n", kNo, kNo, kYes, kNo},
    {kPassword, kNo, kYes, kNo, kNo},
    {kPassword + kTheirs, kNo, kYes, kNo, kNo},
    {kPassword + kKey, kYes, kYes, kNo, kYes},
    {kPassword + kAgent, kYes, kYes, kNo, kYes},
    {kPassword + kKeys + kKey, kYes, kYes, kNo, kNo},
    {kKeys + kKey, kYes, kNo, kNo, kNo},
    {kKeys + kTheirs, kYes, kNo, kNo, kNo},
    {kKeys + kAgent, kYes, kNo, kNo, kNo},
    {kKey, kYes, kNo, kNo, kYes},
    {kKey + kTheirs, kYes, kNo, kNo, kYes},
    {kAgent, kYes, kNo, kYes, kYes},
};

config::Config parse(const std::string& lines) {
  return config::Config::parse("p.ini", "[server a]\nuser = a\nupstream_host = a.lan\n" + lines);
}

void expect(const Row& row, const StoredCredentials& stored) {
  EXPECT_EQ(proves_by_key(stored), row.by_key) << row.lines;
  EXPECT_EQ(proves_by_password(stored), row.by_password) << row.lines;
  EXPECT_EQ(upstream_decides(stored), row.upstream_decides) << row.lines;
  EXPECT_EQ(looks_keys_up_at_upstream(stored), row.looks_keys_up) << row.lines;
}

TEST(Proof, IsTheSameForARouteAsForItsServer) {
  for (const auto& row : kTable) {
    const auto config = parse(row.lines);
    expect(row, config.servers()[0]);
    const auto found = route::find(config, UserName{"a"}, {});
    const auto* const route = std::get_if<route::Route>(&found);
    ASSERT_TRUE(route) << row.lines;
    expect(row, *route);
  }
}

TEST(Proof, AServersIsAlsoThatOfTheDefaults) {
  const auto config =
      config::Config::parse("p.ini", "[defaults]\nupstream_key = /key\n[server a]\nuser = a\nupstream_host = a.lan\n");
  EXPECT_TRUE(looks_keys_up_at_upstream(config.servers()[0]));
}

TEST(Proof, AStoredCredentialAloneProvesNobody) {
  const auto config = parse(kTheirs);
  EXPECT_FALSE(proves_by_key(config.servers()[0]));
  EXPECT_FALSE(proves_by_password(config.servers()[0]));
  EXPECT_FALSE(upstream_decides(config.servers()[0]));
}

TEST(AuthMethods, ServesARouteHonestly) {
  for (const auto& row : kTable) {
    const auto config = parse(row.lines);
    const AuthMethods methods = methods_of(StoredCredentials{config.servers()[0]});
    EXPECT_EQ(methods.publickey, row.by_key) << row.lines;
    EXPECT_EQ(methods.password, row.by_password || row.upstream_decides) << row.lines;
    EXPECT_EQ(methods.accept_unsigned_keys, row.looks_keys_up) << row.lines;
  }
}

}  // namespace
}  // namespace pysshrp::auth
