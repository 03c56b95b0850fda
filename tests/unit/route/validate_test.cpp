#include "route/validate.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::route {
namespace {

using namespace std::string_view_literals;

TEST(UserName, MayBeAnythingPrintable) {
  for (const auto name : {"web"sv, "web@example.org"sv, "a b"sv, "-x"sv, "../etc"sv, "é"sv, "\u65e5\u672c"sv,
                          "\U0001f600"sv, "\u00a0"sv, ""sv})
    EXPECT_TRUE(validate_user_name(name)) << name;
}

TEST(UserName, HasAtMost255Bytes) {
  EXPECT_TRUE(validate_user_name(std::string(255, 'a')));
  const auto longer = validate_user_name(std::string(256, 'a'));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().what, "user name of 256 bytes");
}

TEST(UserName, HasNoControlCharacters) {
  for (const auto name : {"a\0b"sv, "a\n"sv, "\r"sv, "\x1b[2J"sv, "\x7f"sv, "\u0080"sv, "\u009f"sv, "\t"sv}) {
    const auto checked = validate_user_name(name);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().what, "user name with control characters");
  }
}

TEST(UserName, IsUtf8) {
  for (const auto name :
       {"\xff"sv, "\x80"sv, "\xc3"sv, "a\xe2\x82"sv, "\xf8\x88\x80\x80\x80"sv,  // stray, cut short, five bytes
        "\xc0\xaf"sv, "\xc1\xbf"sv, "\xe0\x80\xaf"sv, "\xf0\x80\x80\xaf"sv,     // overlong
        "\xed\xa0\x80"sv, "\xed\xbf\xbf"sv,                                     // surrogates
        "\xf4\x90\x80\x80"sv, "\xc3("sv}) {                                     // beyond Unicode, no continuation
    const auto checked = validate_user_name(name);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().what, "user name with invalid UTF-8");
  }
}

TEST(PathComponent, IsPlain) {
  for (const auto plain : {"web"sv, "a b"sv, "..."sv, ".x"sv, "..x"sv, "x.."sv, "-rf"sv, "é"sv, "a\\b"sv})
    EXPECT_TRUE(validate_path_component(plain)) << plain;
  for (const auto other :
       {""sv, "."sv, ".."sv, "a/b"sv, "/"sv, "/etc"sv, "a/"sv, "a\0"sv, "a\n"sv, "\x7f"sv, "\u0085"sv})
    EXPECT_FALSE(validate_path_component(other)) << other;
}

TEST(ListItem, AddsNone) {
  for (const auto part : {""sv, "web"sv, "web@example"sv, "a:b"sv, "é"sv})
    EXPECT_TRUE(validate_list_item(part)) << part;
  for (const auto more : {","sv, "web,root"sv, "web, root"sv, " web"sv, "we\tb"sv}) {
    const auto checked = validate_list_item(more);
    ASSERT_FALSE(checked) << more;
    EXPECT_NE(checked.error().what.find("is not part of one item of a list"), std::string::npos);
  }
}

}  // namespace
}  // namespace pysshrp::route
