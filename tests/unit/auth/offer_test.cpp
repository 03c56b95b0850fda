#include "auth/offer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace pysshrp::auth {
namespace {

using Names = std::vector<std::string_view>;

/// Two servers of these lines.
Offer offer(const std::string& one, const std::string& other, const std::string& before = "") {
  return offer_of(config::Config::parse("p.ini", before + "[server a]\nuser = a\nupstream_host = a.lan\n" + one +
                                                     "[server b]\nuser = ^b\nupstream_host = b.lan\n" + other));
}

void expect(const Offer& offer, bool publickey, bool password, bool keys_blindly) {
  EXPECT_EQ(offer.publickey, publickey);
  EXPECT_EQ(offer.password, password);
  EXPECT_EQ(offer.keys_blindly, keys_blindly);
}

const std::string kKeys = "authorized_keys = /keys\nupstream_password = y\n", kKey = "upstream_key = /key\n",
                  kAgent = "upstream_agent = yes\n", kPassword = "password = x\n";

TEST(Offer, IsWhatAnyServerNeeds) {
  expect(offer("", ""), false, true, false);
  expect(offer("", kKeys), true, true, false);
  expect(offer(kKeys, kKeys), true, false, false);
  expect(offer(kKeys, kPassword), true, true, false);
  expect(offer(kKeys, kKeys + kPassword), true, true, false);
  expect(offer("", kKey), true, true, true);
  expect(offer(kKey, kKeys), true, false, true);
  expect(offer(kAgent, kKeys), true, true, true);
  expect(offer(kKey, kKeys + kAgent), true, false, true);
  expect(offer("upstream_agent = no\n", ""), false, true, false);
  expect(offer("", "", "[defaults]\n" + kKey), true, false, true);
}

TEST(Offer, IsAPasswordWhereThereIsNothingToOffer) {
  expect(offer_of(config::Config::parse("p.ini", "")), false, true, false);
  expect(offer("upstream_password = y\n", "upstream_password = y\n"), false, true, false);
}

TEST(Offer, OfRoutesInFilesOfTheirOwnIsWhatTheDefaultsNeed) {
  const auto dir = "[pysshrp]\nroutes_dir = " + std::filesystem::temp_directory_path().string() + "\n";
  expect(offer_of(config::Config::parse("p.ini", dir)), false, true, false);
  expect(offer_of(config::Config::parse("p.ini", dir + "[defaults]\n" + kKey)), true, false, true);
  expect(offer(kKeys, kKeys, dir + "[defaults]\n" + kAgent), true, true, true);
  expect(offer("", "", "[defaults]\n" + kAgent), true, true, true);
}

TEST(Offer, IsJoinedWithThatOfTheRoute) {
  expect(Offer{false, true, false} | Offer{true, false, true}, true, true, true);
  expect(Offer{true, false, false} | Offer{true, false, false}, true, false, false);
}

TEST(Offer, NamesItsMethodsInOrder) {
  EXPECT_EQ(methods({false, true, false}), (Names{"keyboard-interactive", "password"}));
  EXPECT_EQ(methods({true, true, true}), (Names{"publickey", "keyboard-interactive", "password"}));
  EXPECT_EQ(methods({true, false, false}), Names{"publickey"});
}

}  // namespace
}  // namespace pysshrp::auth
