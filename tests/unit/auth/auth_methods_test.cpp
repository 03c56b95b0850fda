#include "auth/auth_methods.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace pysshrp::auth {
namespace {

using Names = std::vector<std::string>;

/// Two servers of these lines.
AuthMethods offered(const std::string& one, const std::string& other, const std::string& before = "") {
  return methods_of(config::Config::parse("p.ini", before + "[server a]\nuser = a\nupstream_host = a.lan\n" + one +
                                                       "[server b]\nuser = ^b\nupstream_host = b.lan\n" + other));
}

void expect(const AuthMethods& methods, bool publickey, bool password, bool accept_unsigned_keys) {
  EXPECT_EQ(methods.publickey, publickey);
  EXPECT_EQ(methods.password, password);
  EXPECT_EQ(methods.accept_unsigned_keys, accept_unsigned_keys);
}

const std::string kKeys = "authorized_keys = /keys\nupstream_password = y\n", kKey = "upstream_key = /key\n",
                  kAgent = "upstream_agent = yes\n", kPassword = "password = x\n";

TEST(AuthMethods, IsWhatAnyServerNeeds) {
  expect(offered("", ""), false, true, false);
  expect(offered("", kKeys), true, true, false);
  expect(offered(kKeys, kKeys), true, false, false);
  expect(offered(kKeys, kPassword), true, true, false);
  expect(offered(kKeys, kKeys + kPassword), true, true, false);
  expect(offered("", kKey), true, true, true);
  expect(offered(kKey, kKeys), true, false, true);
  expect(offered(kAgent, kKeys), true, true, true);
  expect(offered(kKey, kKeys + kAgent), true, false, true);
  expect(offered("upstream_agent = no\n", ""), false, true, false);
  expect(offered("", "", "[defaults]\n" + kKey), true, false, true);
}

TEST(AuthMethods, IsAPasswordWhereThereIsNothingToOffer) {
  expect(methods_of(config::Config::parse("p.ini", "")), false, true, false);
  expect(offered("upstream_password = y\n", "upstream_password = y\n"), false, true, false);
}

TEST(AuthMethods, OfRoutesInFilesOfTheirOwnIsWhatTheDefaultsNeed) {
  const auto dir = "[pysshrp]\nroutes_dir = " + std::filesystem::temp_directory_path().string() + "\n";
  expect(methods_of(config::Config::parse("p.ini", dir)), false, true, false);
  expect(methods_of(config::Config::parse("p.ini", dir + "[defaults]\n" + kKey)), true, false, true);
  expect(offered(kKeys, kKeys, dir + "[defaults]\n" + kAgent), true, true, true);
  expect(offered("", "", "[defaults]\n" + kAgent), true, true, true);
}

TEST(AuthMethods, IsJoinedWithThatOfTheRoute) {
  expect(AuthMethods{false, true, false} | AuthMethods{true, false, true}, true, true, true);
  expect(AuthMethods{true, false, false} | AuthMethods{true, false, false}, true, false, false);
}

TEST(AuthMethods, NamesItsMethodsInOrder) {
  EXPECT_EQ(names_of({false, true, false}), (Names{"keyboard-interactive", "password"}));
  EXPECT_EQ(names_of({true, true, true}), (Names{"publickey", "keyboard-interactive", "password"}));
  EXPECT_EQ(names_of({true, false, false}), Names{"publickey"});
}

}  // namespace
}  // namespace pysshrp::auth
