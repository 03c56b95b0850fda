#include "auth/policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace pysshrp::auth {
namespace {

route::Route with(const char* password, const char* upstream_password) {
  route::Route route;
  if (password) route.password = Secret{password};
  if (upstream_password) route.upstream_password = Secret{upstream_password};
  return route;
}

TEST(Methods, AreTheSameForEverybody) {
  const auto nobody = methods(nullptr);
  EXPECT_EQ(std::vector(nobody.begin(), nobody.end()), std::vector<std::string_view>{"password"});
  const auto plain = with(nullptr, nullptr), local = with("x", nullptr), stored = with("x", "y");
  for (const auto* route : {&plain, &local, &stored}) EXPECT_EQ(methods(route).data(), nobody.data());
}

TEST(JudgePassword, RefusesNobodyWhateverHeTypes) {
  for (const auto* typed : {"", "x", "$6$"})
    EXPECT_TRUE(std::holds_alternative<Refuse>(judge_password(nullptr, typed)));
}

TEST(JudgePassword, AsksTheUpstreamWhereNothingIsStored) {
  const auto route = with(nullptr, nullptr);
  const auto verdict = judge_password(&route, "typed");
  const auto* ask = std::get_if<AskUpstream>(&verdict);
  ASSERT_TRUE(ask);
  EXPECT_EQ(ask->password.reveal(), "typed");
}

TEST(JudgePassword, LogsInWithTheSamePassword) {
  const auto route = with("typed", nullptr);
  const auto verdict = judge_password(&route, "typed");
  const auto* log_in = std::get_if<LogIn>(&verdict);
  ASSERT_TRUE(log_in);
  EXPECT_EQ(log_in->password.reveal(), "typed");
}

TEST(JudgePassword, LogsInWithTheStoredPassword) {
  const auto route = with("typed", "stored");
  const auto verdict = judge_password(&route, "typed");
  const auto* log_in = std::get_if<LogIn>(&verdict);
  ASSERT_TRUE(log_in);
  EXPECT_EQ(log_in->password.reveal(), "stored");
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
