#include "route/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::route {
namespace {

Pattern pattern(std::string_view text) {
  auto compiled = Pattern::compile(text);
  EXPECT_TRUE(compiled) << text;
  return *std::move(compiled);
}

std::optional<Captures> match(std::string_view text, std::string_view name) {
  auto matched = pattern(text).match(name);
  EXPECT_TRUE(matched) << text << " against " << name;
  return *std::move(matched);
}

TEST(Pattern, StartsWithACircumflexAndElseIsAName) {
  EXPECT_TRUE(is_pattern("^web"));
  EXPECT_FALSE(is_pattern("web^"));
  EXPECT_FALSE(is_pattern(""));
}

TEST(Pattern, MatchesFromTheStartAndIsOpenAtTheEnd) {
  EXPECT_TRUE(match("^web", "web"));
  EXPECT_TRUE(match("^web", "web7"));
  EXPECT_FALSE(match("^web", "myweb"));
  EXPECT_FALSE(match("^web$", "web7"));
}

TEST(Pattern, EveryAlternativeIsHeldToTheStart) {
  EXPECT_TRUE(match("^a|root", "root"));
  EXPECT_FALSE(match("^a|root", "x-root"));
}

TEST(Pattern, EndMeansTheEndAndNotTheNewlineBeforeIt) {
  EXPECT_FALSE(match("^web$", "web\n"));
}

TEST(Pattern, CapturesByNumberAndName) {
  const auto captures = match(R"(^(?P<kind>[a-z]+)(\d+)(-x)?)", "web42");
  ASSERT_TRUE(captures);
  ASSERT_EQ(captures->size(), 4u);
  EXPECT_EQ((*captures)[0].text, "web42");
  EXPECT_EQ((*captures)[1].name, "kind");
  EXPECT_EQ((*captures)[1].text, "web");
  EXPECT_EQ((*captures)[2].name, "");
  EXPECT_EQ((*captures)[2].text, "42");
  EXPECT_FALSE((*captures)[3].text);
}

TEST(Pattern, GroupZeroIsWhatMatchedAndNotTheWholeName) {
  EXPECT_EQ((*match("^web", "web7"))[0].text, "web");
}

TEST(Pattern, ListsItsGroups) {
  const auto p = pattern("^(?P<a>x)(y)(?<b>z)");
  EXPECT_EQ(p.groups(), (std::vector<std::string>{"", "a", "", "b"}));
  for (const auto* group : {"0", "1", "2", "3", "a", "b"}) EXPECT_TRUE(p.has_group(group)) << group;
  for (const auto* group : {"4", "c", "", "-1", " 1", "1a", "99999999999999999999"})
    EXPECT_FALSE(p.has_group(group)) << group;
}

TEST(Pattern, NamesAreUtf8Characters) {
  EXPECT_EQ((*match("^(.)$", "é"))[1].text, "é");
  EXPECT_FALSE(Pattern::compile("^\\C"));
}

TEST(Pattern, ABrokenOneSaysWhatAndWhere) {
  const auto broken = Pattern::compile("^web(");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().what, "missing closing parenthesis at offset 5 of '^web('");
}

// The limits and not the length of the name end these: each would take hours.
TEST(Pattern, GivesUpOnWhatBacktracksWithoutEnd) {
  const std::string many(254, 'a');
  for (const auto* text :
       {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){20}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(?:(?:a*)*)*!!"}) {
    const auto matched = pattern(text).match(many + '!');
    ASSERT_FALSE(matched) << text;
    EXPECT_NE(matched.error().what.find(std::string{'\''} + text + '\''), std::string::npos) << matched.error().what;
    EXPECT_NE(matched.error().what.find("limit exceeded"), std::string::npos) << matched.error().what;
  }
}

TEST(Pattern, RecursionIsLimitedToo) {
  const auto matched = pattern("^(a(?1)*b?|a)+$").match(std::string(254, 'a') + '!');
  ASSERT_FALSE(matched);
}

TEST(Pattern, HonestPatternsOfTheLongestNamesAreWithinTheLimits) {
  const std::string longest(255, 'a');
  EXPECT_TRUE(match("^([a-z]+)-?([a-z]*)$", longest));
  EXPECT_TRUE(match("^(a|b)+$", longest));
  EXPECT_TRUE(match(R"(^(?:[a-z]+\.)*(?P<host>[a-z]+)$)", longest));
}

}  // namespace
}  // namespace pysshrp::route
