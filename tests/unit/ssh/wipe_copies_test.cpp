#include "ssh/wipe_copies.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pysshrp::ssh {
namespace {

using namespace std::string_view_literals;

/// In the heap, where it is looked for.
std::vector<char> in_heap(std::string_view bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string text(const std::vector<char>& bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(WipeCopies, ASecretThatIsLikeAPartOfOtherThingsIsNotLookedFor) {
  // The end of a number, and the low bytes of a pointer behind it.
  const auto live = in_heap("\0\0\0\0\0\0\0\0\0\0\0\1b\x55\x55\x55\0\0"sv);
  const std::vector<Secret> answers = [] {
    std::vector<Secret> one;
    one.emplace_back("b");
    return one;
  }();
  const auto likewise = in_heap("\x3d\0\0\0\1\0\0\0\1b\x55\x55\x55\0\0"sv);
  find_heap();
  wipe_password_copies(Secret{"b"});
  wipe_answer_copies(answers);
  EXPECT_EQ(text(live), "\0\0\0\0\0\0\0\0\0\0\0\1b\x55\x55\x55\0\0"sv);
  EXPECT_EQ(text(likewise), "\x3d\0\0\0\1\0\0\0\1b\x55\x55\x55\0\0"sv);
}

TEST(WipeCopies, AWholePacketIsWiped) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "a leak checker's allocator has no heap to look through";
#endif
  const auto password = in_heap("\x32\0\0\0\4demo\0\0\0\x0essh-connection\0\0\0\x08password\0\0\0\0\6s3cret...."sv);
  const auto answers = in_heap("\0\0\0\x14\4\x3d\0\0\0\1\0\0\0\6s3cret...."sv);
  find_heap();
  wipe_password_copies(Secret{"s3cret"});
  std::vector<Secret> one;
  one.emplace_back("s3cret");
  wipe_answer_copies(one);
  EXPECT_EQ(text(password).find("s3cret"), std::string::npos);
  EXPECT_EQ(text(answers).find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace pysshrp::ssh
