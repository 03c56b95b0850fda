#include "route/shadow.h"

#include <gtest/gtest.h>

namespace pysshrp::route {
namespace {

TEST(Shadow, IsCastByThePatternItselfAndByOneThatMatchesAll) {
  EXPECT_TRUE(covers("^a+$", "^a+$"));
  for (const char* all : {"^", "^.*", "^.*$", "^.+", "^(.*)$", "^(?P<name>.+)$", "^(?<name>.*)", "^()"})
    EXPECT_TRUE(covers(all, "^web(\\d+)$")) << all;
}

TEST(Shadow, IsCastByAPlainBeginningWithAnOpenEnd) {
  for (const char* later : {"^web(\\d+)$", "^web", "^web1", "^webx?", "^web+", "^web$", "^web@.*"})
    EXPECT_TRUE(covers("^web", later)) << later;
}

TEST(Shadow, IsNotClaimedWhereItIsNotCertain) {
  for (const char* later : {"^we", "^web*", "^web?", "^web{0,1}", "^web|ftp", "^ftp", "^(web)", "^.*"})
    EXPECT_FALSE(covers("^web", later)) << later;
  for (const char* earlier :
       {"^web$", "^w.b", "^web\\d", "^$", "^(.*)1(.*)$", "^.*1", "^(?i)web", "^web|x", "^(?!x).*"})
    EXPECT_FALSE(covers(earlier, "^web12$")) << earlier;
}

}  // namespace
}  // namespace pysshrp::route
