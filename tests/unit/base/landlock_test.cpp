#include "base/landlock.h"

#include <gtest/gtest.h>

namespace pysshrp::sandbox {
namespace {

constexpr Landlock kAll{.files = files::kEverything, .network = kTcp, .scope = kScopes};

struct Known {
  long version;
  std::uint64_t files, network, scope;
};

// As Documentation/userspace-api/landlock.rst tells what came with which version.
TEST(Landlock, AsksForWhatEachVersionKnows) {
  for (const Known& k :
       {Known{1, 0x1fff, 0, 0}, Known{2, 0x3fff, 0, 0}, Known{3, 0x7fff, 0, 0}, Known{4, 0x7fff, 3, 0},
        Known{5, 0xffff, 3, 0}, Known{6, 0xffff, 3, 3}, Known{7, 0xffff, 3, 3}, Known{8, 0xffff, 3, 3}}) {
    const Landlock asked = known(kAll, k.version);
    EXPECT_EQ(asked.files, k.files) << k.version;
    EXPECT_EQ(asked.network, k.network) << k.version;
    EXPECT_EQ(asked.scope, k.scope) << k.version;
  }
}

TEST(Landlock, AsksForNothingThatIsNotWanted) {
  const Landlock asked = known({.files = files::kExecute}, 7);
  EXPECT_EQ(asked.files, files::kExecute);
  EXPECT_EQ(asked.network, 0U);
  EXPECT_EQ(asked.scope, 0U);
}

}  // namespace
}  // namespace pysshrp::sandbox
