#include "upstream/resolve.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pysshrp::upstream {
namespace {

/// Each address is `4` or `6`, and known by its size from then on.
std::string families(const std::string& sorted) {
  std::vector<SocketAddress> addresses;
  for (const char family : sorted) {
    SocketAddress address;
    address.storage.ss_family = family == '4' ? AF_INET : AF_INET6;
    address.size = static_cast<socklen_t>(addresses.size());
    addresses.push_back(address);
  }
  std::string order;
  for (const SocketAddress& address : interleaved(addresses)) order += std::to_string(address.size);
  return order;
}

TEST(Addresses, AlternateTheirFamilies) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},         {"4", "0"},       {"444", "012"},
                                                       {"46", "01"},     {"64", "01"},     {"666444", "031425"},
                                                       {"6664", "0312"}, {"4666", "0123"}, {"464646", "012345"}};
  for (const auto& [sorted, order] : cases) EXPECT_EQ(families(sorted), order) << sorted;
}

}  // namespace
}  // namespace pysshrp::upstream
