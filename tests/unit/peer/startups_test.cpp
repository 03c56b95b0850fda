#include "peer/startups.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace pysshrp::peer {
namespace {

using namespace std::chrono_literals;

constexpr StartupsKey kKey{1, 2};
const TimePoint kThen{std::chrono::hours{1000}};

Offset from(const char* address, std::chrono::milliseconds after) {
  return startup_offset(kKey, Address::parse(address)->block({}), kThen + after);
}

TEST(Startups, AnOffsetTellsNetworkAndTime) {
  EXPECT_EQ(from("192.0.2.1", 0ms), from("::ffff:192.0.2.1", 0ms));
  EXPECT_EQ(from("192.0.2.1", 0ms) + 1000, from("192.0.2.1", 1ms));
  EXPECT_EQ(from("2001:db8::1", 0ms), from("2001:db8::ffff:2", 0ms)) << "one /64";
  EXPECT_NE(from("2001:db8::1", 0ms), from("2001:db8:0:1::1", 0ms));
  EXPECT_NE(from("192.0.2.1", 0ms), from("192.0.2.2", 0ms));
  EXPECT_LT(from("192.0.2.1", 0ms), kExchanging);
  EXPECT_NE(startup_offset({1, 3}, *Address::parse("192.0.2.1"), kThen), from("192.0.2.1", 0ms)) << "another key";
}

/// The reference's vector: key 00 01 ... 0f, message 00 01 ... 0f.
TEST(Startups, NetworksAreHashedBySipHash) {
  std::array<std::uint8_t, 16> bytes{};
  for (unsigned i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  const Offset offset = startup_offset({0x0706050403020100, 0x0f0e0d0c0b0a0908}, Address::v6(bytes), TimePoint{});
  EXPECT_EQ(offset >> kTimeBits, 0x3f2acc7f57c29bdbU & ((Offset{1} << kNetworkBits) - 1));
}

/// Locks in memory.
std::vector<Offset> listed(const std::set<Offset>& held, Offset begin, Offset end) {
  auto found = all_locks(
      [&](Offset from, Offset to) -> std::optional<Offset> {
        EXPECT_LT(from, to);
        const auto at = held.lower_bound(from);
        return at != held.end() && *at < to ? std::optional{*at} : std::nullopt;
      },
      begin, end);
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Startups, AllLocksAreFound) {
  EXPECT_EQ(listed({}, 0, 100), std::vector<Offset>{});
  EXPECT_EQ(listed({0, 1, 5, 99, 100}, 0, 100), (std::vector<Offset>{0, 1, 5, 99}));
  EXPECT_EQ(listed({kMarked + 7}, kMarked, 2 * kMarked), (std::vector<Offset>{kMarked + 7}));
}

TEST(Startups, ALockOnEverythingEndsTheSearch) {
  EXPECT_LT(all_locks([](Offset from, Offset) { return std::optional{from}; }, 0, kMarked).size(), 10000U);
}

TEST(Startups, OnlyThoseOfTheNetworkThatCameBeforeCount) {
  const Offset newcomer = from("192.0.2.1", 10ms);
  const std::vector<Offset> others{from("192.0.2.1", 1ms), from("192.0.2.1", 9ms), from("192.0.2.1", 11ms),
                                   from("192.0.2.2", 2ms)};
  EXPECT_FALSE(is_past_source(newcomer, others, 3));
  EXPECT_TRUE(is_past_source(newcomer, others, 2));
}

TEST(Startups, NobodyGivesWayWhileThereIsRoom) {
  const Offset a = from("192.0.2.1", 1ms), b = from("192.0.2.2", 2ms);
  EXPECT_TRUE(give_way(from("192.0.2.3", 3ms), {{a, b}, {a, b}, {}}, 3).empty());
}

struct GiveWay {
  const char* what;
  std::vector<Offset> login, exchanging, marked;
  unsigned bound;
  std::vector<Offset> victims;
};

TEST(Startups, WhoGivesWay) {
  const Offset a1 = from("192.0.2.1", 1ms), a2 = from("192.0.2.1", 2ms), b3 = from("192.0.2.2", 3ms),
               b4 = from("192.0.2.2", 4ms), b5 = from("192.0.2.2", 5ms), c0 = from("192.0.2.3", 0ms);
  const std::vector<GiveWay> rows{
      {"the oldest, where all have one", {}, {b3, c0, a1}, {}, 3, {c0}},
      {"the oldest of the network that has most", {}, {c0, a1, a2, b3, b4, b5}, {}, 6, {b3}},
      {"not who is marked already, for nobody more", {}, {c0, a1, b3}, {c0}, 3, {}},
      {"the next one, where the marked are not enough", {}, {c0, a1, b3}, {c0}, 2, {a1}},
      {"as many as there are too many", {}, {c0, a1, a2, b3}, {}, 2, {a1, c0, a2}},
      {"in the login, when it has more than its half", {c0, a1, a2}, {b3}, {}, 4, {a1}},
      {"in the key exchange, when it has more than its half", {a1, a2}, {c0, b3}, {}, 4, {c0}},
      {"in the login, when nobody else is left", {a1, c0}, {}, {}, 1, {c0, a1}},
      {"one, where there can be one only", {}, {a1}, {}, 1, {a1}},
  };
  for (const GiveWay& row : rows) {
    OtherStartups others{row.login, row.exchanging, row.marked};
    others.all.insert(others.all.end(), row.exchanging.begin(), row.exchanging.end());
    EXPECT_EQ(give_way(from("192.0.2.9", 9ms), others, row.bound), row.victims) << row.what;
  }
}

TEST(Startups, ANetworkWithMostGivesWayToItsOwn) {
  const Offset c0 = from("192.0.2.3", 0ms), a1 = from("192.0.2.1", 1ms);
  EXPECT_EQ(give_way(from("192.0.2.1", 9ms), {{c0, a1}, {c0, a1}, {}}, 2), std::vector<Offset>{a1});
}

TEST(Startups, TheClockMayWrap) {
  const TimePoint wrap{std::chrono::microseconds{(Offset{1} << kTimeBits) * 9}};
  const auto at = [&](const char* address, std::chrono::milliseconds after) {
    return startup_offset(kKey, *Address::parse(address), wrap + after);
  };
  const Offset before = at("192.0.2.1", -1ms), after = at("192.0.2.2", 1ms);
  EXPECT_EQ(give_way(at("192.0.2.3", 2ms), {{after, before}, {after, before}, {}}, 2), std::vector<Offset>{before});
}

/// The real locks. Connections of one process count as well as those of many.
class StartupFile : public testing::Test {
 protected:
  StartupFile() {
    std::ofstream{file_} << "0123456789abcdef";
    EXPECT_EQ(::chmod(file_.c_str(), 0400), 0);
  }
  ~StartupFile() override { std::filesystem::remove(file_); }

  std::unique_ptr<Startup> come(const char* address, unsigned max, unsigned per_source) {
    StartupLimits limits;
    limits.max = max;
    limits.per_source = per_source;
    auto startup = std::make_unique<Startup>(limits, file_);
    entered_ = startup->enter(Address::parse(address), Clock::now());
    return startup;
  }

  std::string file_ = testing::TempDir() + "startups." + std::to_string(::getpid());
  bool entered_ = false;
};

TEST_F(StartupFile, TheOldestGivesWayAndNobodyElse) {
  const auto a = come("192.0.2.1", 2, 9), b = come("192.0.2.2", 2, 9);
  EXPECT_TRUE(a->is_counted());
  EXPECT_FALSE(a->gives_way());
  {
    const auto c = come("192.0.2.3", 2, 9);
    EXPECT_TRUE(entered_);
    EXPECT_EQ(c->count(), 3U);
    EXPECT_TRUE(a->gives_way());
    EXPECT_FALSE(b->gives_way());
    EXPECT_FALSE(c->gives_way());
  }
  EXPECT_FALSE(a->gives_way()) << "the newcomer has gone, there is room again";
}

TEST_F(StartupFile, ALoginMakesRoom) {
  const auto a = come("192.0.2.1", 1, 9);
  a->logged_in();
  EXPECT_FALSE(a->is_counted());
  EXPECT_EQ(come("192.0.2.2", 1, 9)->count(), 1U);
  EXPECT_FALSE(a->gives_way());
}

TEST_F(StartupFile, KeysThatAreExchangedLeadToTheOtherHalf) {
  const auto a = come("192.0.2.1", 2, 9);
  a->keys_exchanged();
  const auto b = come("192.0.2.2", 2, 9), c = come("192.0.2.3", 2, 9);
  EXPECT_FALSE(a->gives_way());
  EXPECT_TRUE(b->gives_way());
}

TEST_F(StartupFile, ANetworkHasItsBound) {
  const auto a = come("2001:db8::1", 9, 2), b = come("2001:db8::2", 9, 2);
  EXPECT_TRUE(entered_);
  const auto other = come("2001:db8:1::1", 9, 2);
  EXPECT_TRUE(entered_);
  come("2001:db8::3", 9, 2);
  EXPECT_FALSE(entered_);
  b->logged_in();
  come("2001:db8::3", 9, 2);
  EXPECT_TRUE(entered_);
}

TEST_F(StartupFile, WhoComesAnewIsCountedOnce) {
  StartupLimits limits;
  limits.max = limits.per_source = 2;
  Startup startup{limits, file_};
  EXPECT_TRUE(startup.enter({}, Clock::now()));
  EXPECT_TRUE(startup.enter(Address::parse("192.0.2.1"), Clock::now()));
  EXPECT_EQ(startup.count(), 1U);
}

TEST_F(StartupFile, AProcessThatDiesLeavesNothing) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto startup = come("192.0.2.1", 9, 9);
    (void)!::write(ready[1], "", 1);
    for (;;) ::pause();
  }
  char byte;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(come("192.0.2.2", 9, 9)->count(), 2U);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(come("192.0.2.2", 9, 9)->count(), 1U);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(StartupFile, WithoutTheFileNothingIsBounded) {
  file_ += ".not";
  const auto a = come("192.0.2.1", 1, 1), b = come("192.0.2.1", 1, 1);
  EXPECT_TRUE(entered_);
  EXPECT_FALSE(a->is_counted());
  EXPECT_FALSE(a->gives_way());
}

}  // namespace
}  // namespace pysshrp::peer
