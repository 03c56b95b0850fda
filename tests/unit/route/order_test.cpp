#include "route/order.h"

#include <gtest/gtest.h>
#include <algorithm>

#include <map>
#include <string>

namespace pysshrp::route {
namespace {

Route route_to(std::size_t hosts, UpstreamOrder order) {
  Route route;
  route.upstream_order = order;
  for (std::size_t i = 0; i < hosts; ++i)
    route.upstream_host.push_back({HostName{"sftp" + std::to_string(i) + ".lan"}});
  return route;
}

UserName user(unsigned n) {
  return UserName{"user" + std::to_string(n)};
}

std::vector<Host> by_user(const Route& route, unsigned n) {
  return in_order(route, user(n), {}, 0);
}

constexpr unsigned kUsers = 10'000;

TEST(Order, IsTheFilesWithoutMore) {
  const Route route = route_to(4, UpstreamOrder::ordered);
  EXPECT_EQ(in_order(route, user(1), Address::v4(1), 7), route.upstream_host);
}

TEST(Order, OfAHashIsAPermutation) {
  const Route route = route_to(7, UpstreamOrder::hash_user);
  for (unsigned n = 0; n < 100; ++n) {
    const auto hosts = by_user(route, n);
    EXPECT_TRUE(
        std::is_permutation(hosts.begin(), hosts.end(), route.upstream_host.begin(), route.upstream_host.end()));
  }
}

TEST(Order, OfAHashGoesByItsKeyAlone) {
  const Route by_user = route_to(5, UpstreamOrder::hash_user), by_source = route_to(5, UpstreamOrder::hash_source);
  for (unsigned n = 0; n < 100; ++n) {
    EXPECT_EQ(in_order(by_user, user(n), Address::v4(1), 1), in_order(by_user, user(n), Address::v4(n), n));
    EXPECT_EQ(in_order(by_source, user(1), Address::v4(n), 1), in_order(by_source, user(n), Address::v4(n), n));
  }
}

/// As it was when it was written: another order would send everybody elsewhere with an update.
TEST(Order, OfAHashStaysWhatItWas) {
  const Route route = route_to(3, UpstreamOrder::hash_user);
  std::string first;
  for (unsigned n = 0; n < 16; ++n) first += by_user(route, n).front().name.text()[4];
  EXPECT_EQ(first, "0220102101200002");
  const Route by_source = route_to(3, UpstreamOrder::hash_source);
  first.clear();
  for (unsigned n = 0; n < 16; ++n)
    first += in_order(by_source, user(0), Address::v4(0xc0000200 + n), 0).front().name.text()[4];
  EXPECT_EQ(first, "2000200101120202");
}

TEST(Order, OfAHashDoesNotDependOnTheOrderOfTheFile) {
  const Route route = route_to(6, UpstreamOrder::hash_user);
  Route reversed = route_to(6, UpstreamOrder::hash_user);
  std::reverse(reversed.upstream_host.begin(), reversed.upstream_host.end());
  for (unsigned n = 0; n < 1000; ++n) EXPECT_EQ(by_user(route, n), by_user(reversed, n));
}

TEST(Order, TheSameHostWithTheRoutesPortWrittenOutIsTheSame) {
  const Route route = route_to(6, UpstreamOrder::hash_user);
  Route written = route_to(6, UpstreamOrder::hash_user);
  for (Host& host : written.upstream_host) host.port = 22;
  for (unsigned n = 0; n < 100; ++n) EXPECT_EQ(by_user(route, n).front().name, by_user(written, n).front().name);
}

/// Nobody moves between hosts that were there before, whose order among themselves stays too.
TEST(Order, AHostThatJoinsTakesOnlyWhatBecomesItsOwn) {
  const Route before = route_to(5, UpstreamOrder::hash_user), after = route_to(6, UpstreamOrder::hash_user);
  unsigned moved = 0;
  for (unsigned n = 0; n < kUsers; ++n) {
    auto now = by_user(after, n);
    moved += now.front() == after.upstream_host.back();
    std::erase(now, after.upstream_host.back());
    EXPECT_EQ(now, by_user(before, n));
  }
  EXPECT_NEAR(moved, kUsers / 6.0, kUsers * 0.02);
}

/// How many are first at each host, when there are `hosts` of them: within a tenth of equal, for keys that differ in
/// little.
void expect_equal_shares(const std::map<std::string, unsigned>& shares, unsigned hosts) {
  ASSERT_EQ(shares.size(), hosts);
  for (const auto& [host, share] : shares) EXPECT_NEAR(share, double{kUsers} / hosts, kUsers / hosts * 0.1) << host;
}

TEST(Order, SharesAreEqual) {
  for (const unsigned hosts : {2u, 3u, 10u}) {
    std::map<std::string, unsigned> users, sources, chances, seconds;
    for (unsigned n = 0; n < kUsers; ++n) {
      const auto order = by_user(route_to(hosts, UpstreamOrder::hash_user), n);
      ++users[order[0].text()];
      ++seconds[order[1].text()];
      ++sources[in_order(route_to(hosts, UpstreamOrder::hash_source), user(0), Address::v4(0x0a000000 + n), 0)[0]
                    .text()];
      ++chances[in_order(route_to(hosts, UpstreamOrder::random), user(0), {}, n)[0].text()];
    }
    for (const auto& shares : {users, sources, chances, seconds}) expect_equal_shares(shares, hosts);
  }
}

/// When one is down, its users are shared by all others, and not by its neighbour.
TEST(Order, TheUsersOfAHostThatIsDownAreShared) {
  const Route route = route_to(4, UpstreamOrder::hash_user);
  std::map<std::string, unsigned> seconds;
  unsigned down = 0;
  for (unsigned n = 0; n < kUsers; ++n) {
    const auto order = by_user(route, n);
    if (order[0] != route.upstream_host[0]) continue;
    ++down;
    ++seconds[order[1].text()];
  }
  ASSERT_EQ(seconds.size(), 3u);
  for (const auto& [host, share] : seconds) EXPECT_NEAR(share, down / 3.0, down * 0.05) << host;
}

}  // namespace
}  // namespace pysshrp::route
