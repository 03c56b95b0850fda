#include "auth/key_conditions.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace pysshrp::auth {
namespace {

bool admits(std::string_view list, const char* address) {
  const auto admitted = from_admits(list, *Address::parse(address));
  EXPECT_TRUE(admitted) << list;
  return admitted && *admitted;
}

TEST(From, AdmitsBlocksAddressesAndPatterns) {
  const struct {
    const char *list, *address;
    bool admitted;
  } cases[] = {
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.8", false},
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "192.0.2.1", false},
      {"2001:DB8::/32", "2001:db8:ffff::1", true},
      {"2001:db8:0::1", "2001:db8::1", true},
      {"192.0.2.*", "192.0.2.7", true},
      {"192.0.2.*", "192.0.20.7", false},
      {"192.0.2.?", "192.0.2.7", true},
      {"192.0.2.?", "192.0.2.77", false},
      {"192.0.2.??", "192.0.2.7", false},
      {"*.0.*.7", "192.0.2.7", true},
      {"**", "2001:db8::1", true},
      {"*9", "192.0.2.7", false},
      {"2001:DB8:*", "2001:db8::1", true},
      {"198.51.100.1,192.0.2.7", "192.0.2.7", true},
      {"*,!192.0.2.7", "192.0.2.7", false},
      {"!192.0.2.7,*", "192.0.2.7", false},
      {"!192.0.2.0/24,*", "192.0.2.7", false},
      {"!192.0.2.0/24,*", "192.0.3.7", true},
      {"!192.0.2.*,192.0.0.0/16", "192.0.2.7", false},
      {"!192.0.2.*,192.0.0.0/16", "192.0.3.7", true},
      {"!2001:DB8:*,*", "2001:db8::1", false},
      {"!192.0.2.7", "192.0.2.8", false},
      {"home.example.com", "192.0.2.7", false},
      {"*.example.com,192.0.2.7", "192.0.2.7", true},
      {"127.1", "127.0.0.1", false},
      {" 192.0.2.7", "192.0.2.7", false},
  };
  for (const auto& c : cases) EXPECT_EQ(admits(c.list, c.address), c.admitted) << c.list << " for " << c.address;
}

TEST(From, AnEntryThatMeansNothingIsAnError) {
  for (const char* list : {"",
                           ",",
                           "*,",
                           ",*",
                           "!",
                           "*,!",
                           "192.0.2.7/24",
                           "192.0.2.0/33",
                           "192.0.2.0/",
                           "192.0.2.0/x",
                           "192.0.2.0/-1",
                           "2001:db8::1/32",
                           "::/129",
                           "example.com/24",
                           "192.0.2.0/255.255.255.0",
                           "::ffff:10.0.0.0/8",
                           "::ffff:0:0/96",
                           "::ffff:192.0.2.7",
                           "/24",
                           "*/24"})
    for (const auto* address : {"192.0.2.7", "10.0.0.1", "2001:db8::1"})
      EXPECT_FALSE(from_admits(list, *Address::parse(address))) << list;
}

// Who is to be kept out by a name would come in, as names are not resolved.
TEST(From, WhatKeepsOutHasToBeAbleTo) {
  for (const char* list : {"*,!bad.example.com", "!*.example.com,*", "!127.1,*", "!10.0.0.01,*", "*,! 192.0.2.7",
                           "*,!!192.0.2.7", "!fe80::1%eth0,*"})
    EXPECT_FALSE(from_admits(list, *Address::parse("192.0.2.7"))) << list;
}

TEST(From, ManyStarsTakeNoTime) {
  std::string list;
  for (int i = 0; i < 20'000; ++i) list += "*1";
  EXPECT_FALSE(admits(list, "2001:1111:1111:1111:1111:1111:1111:1112"));
}

std::time_t moment(std::string_view text) {
  const auto time = expiry_time(text);
  return time ? time->time_since_epoch().count() : 0;
}

/// The process's time zone for as long as it lives.
class Zone {
 public:
  explicit Zone(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~Zone() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

TEST(ExpiryTime, IsReadInUtc) {
  const Zone elsewhere{"XXX5"};
  EXPECT_EQ(moment("20260801Z"), 1'785'542'400);
  EXPECT_EQ(moment("202608011200Z"), 1'785'585'600);
  EXPECT_EQ(moment("20260801120000Z"), 1'785'585'600);
  EXPECT_EQ(moment("20260801120000z"), 1'785'585'600);
  EXPECT_EQ(moment("20240229Z"), 1'709'164'800);
  EXPECT_EQ(moment("99991231235959Z"), 253'402'300'799);
}

TEST(ExpiryTime, IsReadInLocalTime) {
  const Zone five{"XXX5"};
  EXPECT_EQ(moment("20260801"), 1'785'542'400 + 5 * 3600);
  EXPECT_EQ(moment("20260801120000"), 1'785'585'600 + 5 * 3600);
}

TEST(ExpiryTime, KnowsSummerTime) {
  const Zone berlin{"CET-1CEST,M3.5.0,M10.5.0/3"};
  EXPECT_EQ(moment("202608011200"), 1'785'585'600 - 2 * 3600);
  EXPECT_EQ(moment("202601011200"), moment("202601011200Z") - 3600);
}

TEST(ExpiryTime, NothingElseIsOne) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv,
                          "Z"sv,
                          "2026"sv,
                          "2026080"sv,
                          "202608011"sv,
                          "2026080112"sv,
                          "2026080112000"sv,
                          "202608011200000"sv,
                          "20261301"sv,
                          "20260001"sv,
                          "20260800"sv,
                          "20260832"sv,
                          "202608012400"sv,
                          "202608011260"sv,
                          "20260801120062Z"sv,
                          "19691231Z"sv,
                          "19700101Z"sv,
                          "2026-08-01"sv,
                          "2026080:"sv,
                          " 2026080"sv,
                          "+2026080"sv,
                          "2026080\0"sv,
                          "20260801ZZ"sv,
                          "20260801UTC"sv,
                          "20260801+02"sv,
                          "forever!"sv})
    EXPECT_FALSE(expiry_time(text)) << text;
}

}  // namespace
}  // namespace pysshrp::auth
