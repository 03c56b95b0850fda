#include "base/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>
#include <utility>

namespace pysshrp {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);

TEST(Secret, RevealsWhatItWasMadeOf) {
  using namespace std::string_view_literals;
  EXPECT_EQ(Secret{"hunter2"}.reveal(), "hunter2");
  EXPECT_STREQ(Secret{"hunter2"}.c_str(), "hunter2");
  EXPECT_EQ(Secret{"a\0b"sv}.reveal(), "a\0b"sv);
  EXPECT_EQ(Secret{""}.reveal(), "");
  EXPECT_EQ(Secret{}.reveal(), "");
  EXPECT_STREQ(Secret{}.c_str(), "");
}

TEST(Secret, MovedLeavesNothingBehind) {
  Secret first{"hunter2"};
  const char* bytes = first.c_str();
  const Secret second = std::move(first);
  EXPECT_EQ(second.c_str(), bytes);
  EXPECT_EQ(first.reveal(), "");  // NOLINT(bugprone-use-after-move): that is what is asked
}

TEST(Secret, CopyIsOneOfItsOwn) {
  const Secret first{"hunter2"};
  const Secret second = first.copy();
  EXPECT_EQ(second.reveal(), "hunter2");
  EXPECT_NE(second.c_str(), first.c_str());
}

TEST(Secret, IsComparedWhole) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "bbc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
}

}  // namespace
}  // namespace pysshrp
