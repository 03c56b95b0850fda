#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace pysshrp {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return Error{std::to_string(n) + " is odd"};
  return n / 2;
}

Result<std::unique_ptr<int>> quarter(int n) {
  const int two = PYSSHRP_TRY(half(n));
  return std::make_unique<int>(PYSSHRP_TRY(half(two)));
}

TEST(Result, TryUnwrapsOrReturns) {
  const auto three = quarter(12);
  ASSERT_TRUE(three);
  EXPECT_EQ(**three, 3);
  EXPECT_EQ(quarter(7).error().what, "7 is odd");
  EXPECT_EQ(quarter(6).error().what, "3 is odd");
}

TEST(Result, OfNothingSucceeds) {
  const auto even = [](int n) -> Status {
    PYSSHRP_TRY(half(n));
    return {};
  };
  EXPECT_TRUE(even(2).has_value());
  EXPECT_FALSE(even(3).has_value());
}

TEST(ResultDeathTest, AnErrorIsNoValue) {
  auto odd = half(3);
  EXPECT_DEATH((void)*odd, "a Result was taken for a value, and is an error\n$");
  EXPECT_DEATH((void)*half(5), "is an error");
  const auto seven = quarter(7);
  EXPECT_DEATH((void)seven->get(), "is an error");
}

TEST(ResultDeathTest, AValueIsNoError) {
  const auto one = half(2);
  EXPECT_DEATH((void)one.error(), "a Result was taken for an error, and is a value");
  EXPECT_DEATH((void)half(2).error(), "is a value");
}

}  // namespace
}  // namespace pysshrp
