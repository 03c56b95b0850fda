#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp {
namespace {

using namespace std::string_view_literals;

/// As RFC 3629, section 3, has it.
std::string encoded(char32_t code) {
  const auto continuing = [code](unsigned shift) { return static_cast<char>(0x80U | (code >> shift & 0x3fU)); };
  const auto leading = [code](unsigned mark, unsigned shift) { return static_cast<char>(mark | code >> shift); };
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) return {leading(0xc0, 6), continuing(0)};
  if (code < 0x10000) return {leading(0xe0, 12), continuing(6), continuing(0)};
  return {leading(0xf0, 18), continuing(12), continuing(6), continuing(0)};
}

TEST(Utf8, EveryCharacterIsReadAndNoOtherCode) {
  for (char32_t code = 0; code < 0x120000; ++code) {
    const bool is_character = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    const std::string text = encoded(code);
    const auto [read, size] = first_character(text + "x");
    ASSERT_EQ(size, is_character ? text.size() : 0) << static_cast<unsigned>(code);
    if (is_character) {
      ASSERT_EQ(static_cast<unsigned>(read), static_cast<unsigned>(code));
    }
    ASSERT_EQ(is_utf8(text), is_character) << static_cast<unsigned>(code);
  }
}

TEST(Utf8, WhatIsMalformedIsNoCharacter) {
  for (const auto text : {""sv, "\x80"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xc3"sv, "\xc3(x"sv, "\xe0\x9f\xbf"sv,
                          "\xe2\x82"sv, "\xf0\x8f\xbf\xbf"sv, "\xf5\x80\x80\x80"sv, "\xff"sv})
    EXPECT_EQ(first_character(text).size, 0U) << testing::PrintToString(text);
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xc3\xa4\0z"sv));
  EXPECT_FALSE(is_utf8("a\xc3"));
}

TEST(Utf8, IsCutBetweenCharacters) {
  const auto text = "a\xc3\xa4\xe2\x82\xac"sv;
  const std::size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6};
  for (std::size_t most = 0; most < std::size(expected); ++most)
    EXPECT_EQ(whole_characters(text, most), expected[most]) << most;
}

}  // namespace
}  // namespace pysshrp
