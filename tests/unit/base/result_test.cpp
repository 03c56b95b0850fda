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

}  // namespace
}  // namespace pysshrp
