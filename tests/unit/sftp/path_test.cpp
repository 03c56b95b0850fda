#include "sftp/path.h"

#include <gtest/gtest.h>

namespace pysshrp::sftp {
namespace {

using namespace std::string_literals;

TEST(Confine, IsWhatAChrootWouldSee) {
  const std::pair<std::string, std::string> kTable[] = {{"", "/"},
                                                        {"/", "/"},
                                                        {".", "/"},
                                                        {"..", "/"},
                                                        {"../..", "/"},
                                                        {"//", "/"},
                                                        {"a", "/a"},
                                                        {"/a/", "/a"},
                                                        {"a//b", "/a/b"},
                                                        {"./a/./b/.", "/a/b"},
                                                        {"a/..", "/"},
                                                        {"a/../..", "/"},
                                                        {"/a/../../b", "/b"},
                                                        {"a/b/../c", "/a/c"},
                                                        {"...", "/..."},
                                                        {"..a/b..", "/..a/b.."},
                                                        {"a\nb", "/a\nb"},
                                                        {"\xff\xfe", "/\xff\xfe"},
                                                        {" ", "/ "},
                                                        {"-rf", "/-rf"},
                                                        {"\\..\\..", "/\\..\\.."}};
  for (const auto& [typed, seen] : kTable) EXPECT_EQ(confine(typed), seen) << typed;
  EXPECT_EQ(confine(std::string(65536, '/')), "/");
  EXPECT_EQ(confine("/a", "../b"), "/b");
  EXPECT_EQ(confine("/a", "/b"), "/b");
}

TEST(View, ComparesByComponent) {
  EXPECT_EQ(view("/data/bob", "/data/bob"), "/");
  EXPECT_EQ(view("/data/bob", "/data/bob/x"), "/x");
  EXPECT_EQ(view("/data/bob", "/data/bobby"), std::nullopt);
  EXPECT_EQ(view("/data/bob", "/data"), std::nullopt);
  EXPECT_EQ(view("/", "/etc"), "/etc");
  EXPECT_EQ(view("/", "/"), "/");
  for (const std::string path : {"data/bob/x", "", "/data/bob/../x", "/data/bob/./x", "/data/bob//x", "/data/bob/x/"})
    EXPECT_EQ(view("/data/bob", path), std::nullopt) << path;
  EXPECT_EQ(view("/data/bob", "/data/bob/x\0y"s), std::nullopt);
}

TEST(Below, JoinsRootAndPath) {
  EXPECT_EQ(below("/srv", "/"), "/srv");
  EXPECT_EQ(below("/srv", "/a"), "/srv/a");
  EXPECT_EQ(below("/", "/a"), "/a");
  EXPECT_EQ(below("/", "/"), "/");
}

TEST(Steps, GoFromTheRootDown) {
  EXPECT_EQ(steps("/srv/w", "/srv/w/a/b"), (std::vector<std::string>{"/srv/w/a", "/srv/w/a/b"}));
  EXPECT_EQ(steps("/", "/a/b"), (std::vector<std::string>{"/a", "/a/b"}));
  EXPECT_TRUE(steps("/srv/w", "/srv/w").empty());
}

TEST(TargetToStore, StaysInsideFromWhereverTheLinkMayBeMoved) {
  const auto stored = [](std::string_view target) { return target_to_store("/r", "/r/a/b", target); };
  EXPECT_EQ(stored("c"), "c");
  EXPECT_EQ(stored("./c/d"), "./c/d");
  EXPECT_EQ(stored("../c"), "/r/a/./c");
  EXPECT_EQ(stored("../../c"), "/r/./c");
  EXPECT_EQ(stored(".."), "/r/a/./");
  EXPECT_EQ(stored("../../"), "/r/./");
  EXPECT_EQ(stored("../../../c"), std::nullopt);
  EXPECT_EQ(stored("../../../r/c"), std::nullopt);
  EXPECT_EQ(stored("c/../d"), "/r/a/b/d");
  EXPECT_EQ(stored("c/../../../../d"), std::nullopt);
  EXPECT_EQ(stored("/c"), "/r/c");
  EXPECT_EQ(stored("/../../etc/passwd"), "/r/etc/passwd");
  EXPECT_EQ(stored("/r/c"), "/r/r/c");
  EXPECT_EQ(target_to_store("/r", "/r/a", "c", false), "/r/a/./c");
  EXPECT_EQ(target_to_store("/", "/a", "../c/d"), "/./c/d");
  EXPECT_EQ(target_to_store("/", "/a", "../../c"), std::nullopt);
}

/// The client reads what it has typed, as long as the link is where that leads to the same place.
TEST(TargetToStore, IsReadBackAsItWasTyped) {
  for (const std::string root : {"/r", "/", "/srv/w"}) {
    const auto at = [&](const char* path) { return below(root, path); };
    for (const char* target : {"../c", "../c/d e", "..", "../..", "../../c/d", "c", ".", "c/d"}) {
      const auto stored = target_to_store(root, at("/a/b"), target, false);
      ASSERT_TRUE(stored) << target;
      EXPECT_TRUE(stored->starts_with('/'));
      EXPECT_EQ(end_of(root, at("/x/y/z"), *stored), below(root, confine("/a/b", target))) << target;
      EXPECT_EQ(view_of_target(root, at("/a/b"), *stored), target);
      EXPECT_NE(view_of_target(root, at("/x"), *stored), target) << "from there it leads elsewhere";
    }
  }
}

TEST(EndOf, IsKnownOnlyWhenItIsInsideForSure) {
  const auto end = [](std::string_view target) { return end_of("/r", "/r/a/b", target); };
  EXPECT_EQ(end("c"), "/r/a/b/c");
  EXPECT_EQ(end("../c"), "/r/a/c");
  EXPECT_EQ(end("../../../c"), std::nullopt);
  EXPECT_EQ(end("c/../d"), std::nullopt) << "c may be a link";
  EXPECT_EQ(end("/r/c"), "/r/c");
  EXPECT_EQ(end("/r"), "/r");
  EXPECT_EQ(end("/rest"), std::nullopt);
  EXPECT_EQ(end("/etc"), std::nullopt);
  EXPECT_EQ(end("/r/x/../c"), std::nullopt);
  EXPECT_EQ(end("/r/../etc"), std::nullopt);
}

TEST(ViewOfTarget, NeverTellsTheRoot) {
  const auto seen = [](std::string_view target) { return view_of_target("/srv/w", "/srv/w/a", target); };
  EXPECT_EQ(seen("c"), "c");
  EXPECT_EQ(seen("../c"), "../c");
  EXPECT_EQ(seen("../../w/c"), "/c");
  EXPECT_EQ(seen("../../../srv/w/c"), "/c");
  EXPECT_EQ(seen("../../w-secret"), std::nullopt);
  EXPECT_EQ(seen("/srv/w/c"), "/c");
  EXPECT_EQ(seen("/srv/w"), "/");
  EXPECT_EQ(seen("/srv/w/./c"), "../c");
  EXPECT_EQ(seen("/srv/w/b/./c"), "/b/c") << "it has been moved";
  EXPECT_EQ(seen("/srv/w/./../../etc"), std::nullopt);
  EXPECT_EQ(seen("/srv/./w/c"), "/c");
  EXPECT_EQ(seen("/srv/./x"), std::nullopt);
  EXPECT_EQ(seen("/./srv/w/c"), "/c");
  EXPECT_EQ(seen("/srv/w/./c/../d"), "/d");
  EXPECT_EQ(seen("/etc/passwd"), std::nullopt);
}

}  // namespace
}  // namespace pysshrp::sftp
