#include "route/expand.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::route {
namespace {

struct Example {
  const char *pattern, *name, *text, *expanded;
};

Result<Secret> expand(const char* pattern, const char* name, const char* text, Validator validator = validate_text) {
  const auto compiled = Pattern::compile(pattern);
  EXPECT_TRUE(compiled);
  const auto captures = compiled->match(name);
  EXPECT_TRUE(captures && *captures) << pattern << " against " << name;
  return route::expand(text, **captures, validator);
}

TEST(Expand, PutsCapturesIn) {
  const Example examples[] = {
      {R"(^web(?P<id>\d+)$)", "web7", R"(web\g<id>.example.lan)", "web7.example.lan"},
      {R"(^web(?P<id>\d+)$)", "web7", R"(\g<0>)", "web7"},
      {R"(^web(\d+)$)", "web7", R"(\g<1>\g<1>)", "77"},
      {R"(^web(\d+)$)", "web7", R"(220\1)", "2207"},
      {R"(^web(\d+)$)", "web7", R"(\g<1>0)", "70"},
      {R"(^web(\d+)$)", "web7", R"(\0-\01)", "web7-7"},
      {R"(^web(\d+)$)", "web7", R"(a\1b\1)", "a7b7"},
      {R"(^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j))", "abcdefghij", R"(\10\1)", "ja"},
      {R"(^web(-x)?)", "web", R"(a\g<1>b)", "ab"},
      {R"(^web(-x)?)", "web", R"(\1)", ""},
      {R"((?J)^(?:a(?<n>1)|b(?<n>2)))", "b2", R"(\g<n>)", "2"},
      {"^web", "web", "", ""},
      {"^web", "web", R"(a\b\\c\g\)", R"(a\b\\c\g\)"},
      {"^(.*)", R"(\g<0>)", R"(<\1>)", R"(<\g<0>>)"},  // what was put in is not expanded again
  };
  for (const auto& e : examples) {
    const auto expanded = expand(e.pattern, e.name, e.text);
    ASSERT_TRUE(expanded) << e.text << ": " << expanded.error().what;
    EXPECT_EQ(expanded->reveal(), e.expanded) << e.text;
  }
}

TEST(Expand, NothingInsideAReferenceIsAReference) {
  const auto parts = split(R"(\g<\1>x)");
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ(std::get_if<Reference>(&(*parts)[0])->group, "\\1");
  EXPECT_EQ(std::get_if<Literal>(&(*parts)[1])->text, "x");
}

TEST(Expand, RefusesGroupsThatDoNotExist) {
  const Example examples[] = {
      {"^(a)", "a", R"(\g<x>)", "the pattern of this server has no group 'x'"},
      {"^(a)", "a", R"(\2)", "the pattern of this server has no group '2'"},
      {"^(a)", "a", R"(\10)", "the pattern of this server has no group '10'"},
      {"^(a)", "a", R"(\g<>)", "the pattern of this server has no group ''"},
      {"^(a)", "a", R"(x\g<1)", R"('\g<' without '>')"},
  };
  for (const auto& e : examples) {
    const auto expanded = expand(e.pattern, e.name, e.text);
    ASSERT_FALSE(expanded) << e.text;
    EXPECT_EQ(expanded.error().what, e.expanded);
    const auto checked = check_references(e.text, *Pattern::compile(e.pattern));
    ASSERT_FALSE(checked) << e.text;
    EXPECT_EQ(checked.error().what, e.expanded);
  }
  EXPECT_TRUE(check_references(R"(\g<0>\g<n>\1\2)", *Pattern::compile("^(?<n>a)(b)?")));
}

TEST(Expand, ACaptureInAPathIsOnePlainComponent) {
  EXPECT_EQ(expand("^(.*)", "web", R"(/keys/\1/id)", validate_path_component)->reveal(), "/keys/web/id");
  for (const auto* name : {"", ".", "..", "a/b", "/etc", "../../etc/passwd"})
    EXPECT_FALSE(expand("^(.*)", name, R"(/keys/\1)", validate_path_component)) << name;
  EXPECT_FALSE(expand("^(.*)", ".", R"(/keys/.\1)", validate_path_component));
  EXPECT_FALSE(expand("^web(-x)?", "web", R"(/keys/\1)", validate_path_component));
}

}  // namespace
}  // namespace pysshrp::route
