#include "auth/password_check.h"

#include <gtest/gtest.h>

namespace pysshrp::auth {
namespace {

route::Route with(const char* password, const char* upstream_password) {
  route::Route route;
  if (password) route.password = Secret{password};
  if (upstream_password) route.upstream_password = Secret{upstream_password};
  return route;
}

TEST(CheckPassword, RefusesNobodyWhateverHeTypes) {
  for (const auto* typed : {"", "x", "$6$"}) EXPECT_EQ(check_password(nullptr, typed), PasswordCheck::wrong);
}

TEST(CheckPassword, AsksTheUpstreamWhereNothingIsStored) {
  const auto route = with(nullptr, nullptr);
  EXPECT_EQ(check_password(&route, "typed"), PasswordCheck::upstream_decides);
}

TEST(CheckPassword, IsProvenByTheLocalPassword) {
  const auto local = with("typed", nullptr), stored = with("typed", "stored");
  for (const auto* route : {&local, &stored}) EXPECT_EQ(check_password(route, "typed"), PasswordCheck::right);
}

TEST(CheckPassword, IsNoProofWhereAKeyIsWanted) {
  for (const auto member : {&route::Route::authorized_keys, &route::Route::upstream_key}) {
    route::Route route;
    route.*member = "/file";
    EXPECT_EQ(check_password(&route, "typed"), PasswordCheck::wrong);
  }
}

TEST(CheckPassword, RefusesAWrongLocalPassword) {
  const auto local = with("right", nullptr), stored = with("right", "stored"), empty = with("", "stored");
  for (const auto* route : {&local, &stored, &empty})
    for (const auto* typed : {"", "wrong", "stored"})
      EXPECT_EQ(check_password(route, typed), PasswordCheck::wrong) << typed;
}

TEST(CheckPassword, AStoredCredentialWithNothingToCheckTheClientByLetsNobodyIn) {
  const auto route = with(nullptr, "stored");
  for (const auto* typed : {"", "x", "stored"}) EXPECT_EQ(check_password(&route, typed), PasswordCheck::wrong);
}

}  // namespace
}  // namespace pysshrp::auth
