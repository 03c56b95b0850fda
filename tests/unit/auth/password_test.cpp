#include "auth/password.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::auth {
namespace {

using namespace std::string_view_literals;

// What crypt(3) makes of `s3cret`.
constexpr std::string_view kHashes[] = {
    "$y$j75$7p3qjYkKp403QWI3ivTVN/$wRpGOXrGGJCMz2X0uu0AA1xzJ1TJJlUOzLcTM8SfSh8",
    "$6$rounds=1000$cUC1Yxigvy4XjJFV$"
    "SEJj62pdeCuxAQzBd5gNXdGDJNSTSY0RTrTtAmNcVaMm2yOeKovRCHjiLrCzp0odzwPgGz3FeF4GI4ePgUCMe1",
    "$5$rounds=1000$bFhoThCcToUIAHTK$I4/3tadZO.r7wanCACmuIsnZdcgauFi8Q7r8YBGO6aC",
    "$2b$04$IxMMbuFNfyPn7wzt162dvedv26W5ohdOYLuMXHjxIaVTSEcBKWylS",
    "$gy$j75$kUWz7x4oQynCzRKrb6Mtk1$nQIryN16MIs3Nc5CUg4uGkLqvADLSjzKNmrdawNVjE5",
};

TEST(Password, PlainTextMatchesItselfOnly) {
  EXPECT_TRUE(password_matches("s3cret", "s3cret"));
  EXPECT_TRUE(password_matches("ab ;cd", "ab ;cd"));
  for (const auto typed : {""sv, "s3cre"sv, "s3crets"sv, "S3cret"sv, "s3cret\0"sv})
    EXPECT_FALSE(password_matches("s3cret", typed)) << typed;
}

TEST(Password, HashesMatchWhatTheyWereMadeOf) {
  for (const auto hash : kHashes) {
    EXPECT_TRUE(password_matches(hash, "s3cret")) << hash;
    for (const auto typed : {""sv, "s3cre"sv, "s3crets"sv, "s3cret\0"sv, "s3cret\0x"sv})
      EXPECT_FALSE(password_matches(hash, typed)) << hash;
    EXPECT_FALSE(password_matches(hash, hash)) << "a hash is no password";
    EXPECT_TRUE(check_stored_password(hash)) << hash;
  }
}

TEST(Password, APartOfAHashMatchesNothing) {
  const std::string_view whole = kHashes[0];
  EXPECT_FALSE(password_matches(whole.substr(0, whole.size() - 1), "s3cret"));
  EXPECT_FALSE(password_matches(std::string{whole} + 'x', "s3cret"));
  EXPECT_FALSE(password_matches(whole.substr(0, whole.rfind('$')), "s3cret"));
}

TEST(Password, WhatOnlyLooksLikeAHashMatchesNothingAndIsAFault) {
  for (const auto stored : {"$"sv, "$ecret"sv, "$x$salt$hash"sv, "$$"sv, "$6$a:b$x"sv, ""sv}) {
    EXPECT_FALSE(password_matches(stored, stored)) << stored;
    EXPECT_FALSE(password_matches(stored, "")) << stored;
    EXPECT_FALSE(password_matches(stored, "*0")) << stored;
    const auto checked = check_stored_password(stored);
    ASSERT_FALSE(checked) << stored;
    EXPECT_EQ(checked.error().what.find("ecret"), std::string::npos);
  }
  EXPECT_TRUE(check_stored_password("plain$"));
}

TEST(Password, WhatIsNoWholeHashIsNoted) {
  for (const auto hash : kHashes) {
    EXPECT_EQ(note_stored_password(hash), "") << hash;
    EXPECT_NE(note_stored_password(hash.substr(0, hash.size() - 1)).find("has not the length of one"),
              std::string::npos)
        << hash;
    EXPECT_NE(note_told_password(hash).find("wants the password itself"), std::string::npos) << hash;
  }
  for (const auto stored : {"$6$abc", "$y$j9T$abc$", "$2b$05$", "$6$"})
    EXPECT_NE(note_stored_password(stored).find("has not the length of one"), std::string::npos) << stored;
  for (const auto stored : {"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "{SHA512-CRYPT}$6$abc", "{PLAIN}x"}) {
    EXPECT_NE(note_stored_password(stored).find("only hashes of crypt(3) are known"), std::string::npos) << stored;
    EXPECT_NE(note_told_password(stored), "") << stored;
  }
  for (const auto plain : {"s3cret", "{}", "{x} y", "{a}b", "{SSHA", "a{SSHA}", "pa$6$x"}) {
    EXPECT_EQ(note_stored_password(plain), "") << plain;
    EXPECT_EQ(note_told_password(plain), "") << plain;
  }
  EXPECT_EQ(note_told_password("$6$abc"), "");
}

TEST(Password, ATypedPasswordOfAnyLengthIsChecked) {
  EXPECT_FALSE(password_matches(kHashes[0], std::string(100'000, 'a')));
}

}  // namespace
}  // namespace pysshrp::auth
