#include "auth/policy.h"

#include <gtest/gtest.h>

namespace pysshrp::auth {
namespace {

route::Route with(const char* password, const char* upstream_password) {
  route::Route route;
  if (password) route.password = Secret{password};
  if (upstream_password) route.upstream_password = Secret{upstream_password};
  return route;
}

TEST(JudgePassword, RefusesNobodyWhateverHeTypes) {
  for (const auto* typed : {"", "x", "$6$"})
    EXPECT_TRUE(std::holds_alternative<Refuse>(judge_password(nullptr, typed)));
}

TEST(JudgePassword, AsksTheUpstreamWhereNothingIsStored) {
  const auto route = with(nullptr, nullptr);
  EXPECT_TRUE(std::holds_alternative<AskUpstream>(judge_password(&route, "typed")));
}

TEST(JudgePassword, IsProvenByTheLocalPassword) {
  const auto local = with("typed", nullptr), stored = with("typed", "stored");
  for (const auto* route : {&local, &stored})
    EXPECT_TRUE(std::holds_alternative<Proven>(judge_password(route, "typed")));
}

TEST(JudgePassword, IsNoProofWhereAKeyIsWanted) {
  for (const auto member : {&route::Route::authorized_keys, &route::Route::upstream_key}) {
    route::Route route;
    route.*member = "/file";
    EXPECT_TRUE(std::holds_alternative<Refuse>(judge_password(&route, "typed")));
  }
}

TEST(JudgePassword, RefusesAWrongLocalPassword) {
  const auto local = with("right", nullptr), stored = with("right", "stored"), empty = with("", "stored");
  for (const auto* route : {&local, &stored, &empty})
    for (const auto* typed : {"", "wrong", "stored"})
      EXPECT_TRUE(std::holds_alternative<Refuse>(judge_password(route, typed))) << typed;
}

TEST(JudgePassword, AStoredCredentialWithNothingToCheckTheClientByLetsNobodyIn) {
  const auto route = with(nullptr, "stored");
  for (const auto* typed : {"", "x", "stored"})
    EXPECT_TRUE(std::holds_alternative<Refuse>(judge_password(&route, typed)));
}

}  // namespace
}  // namespace pysshrp::auth
