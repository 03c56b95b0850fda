#include "base/network.h"

#include <gtest/gtest.h>

namespace pysshrp {
namespace {

TEST(Address, IsReadAndWritten) {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "::1"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
  EXPECT_EQ(Address::v4(0xc0000201), Address::parse("192.0.2.1"));
  EXPECT_EQ(Address::parse("2001:DB8:0:0::1")->text(), "2001:db8::1");
}

TEST(Address, MappedIsTheOneItMaps) {
  const auto mapped = Address::parse("::ffff:192.0.2.1");
  ASSERT_TRUE(mapped);
  EXPECT_TRUE(mapped->is_v4());
  EXPECT_EQ(mapped, Address::parse("192.0.2.1"));
  EXPECT_FALSE(Address::parse("::fffe:192.0.2.1")->is_v4());
}

TEST(Address, OfOneFamilyIsNeverThatOfTheOther) {
  EXPECT_NE(Address::parse("192.0.2.1"), Address::parse("c000:201::"));
}

TEST(Address, NothingElseIsOne) {
  using namespace std::string_view_literals;
  for (const auto text :
       {""sv, "localhost"sv, "192.0.2"sv, "192.0.2.256"sv, "192.0.2.1 "sv, "[::1]"sv, "::1%lo"sv, "::1\0x"sv})
    EXPECT_FALSE(Address::parse(text)) << text;
}

bool contains(const char* network, const char* address) {
  return Network::parse(network)->contains(*Address::parse(address));
}

TEST(Network, ContainsWhatSharesItsPrefix) {
  EXPECT_TRUE(contains("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.128"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(Network, OfAllAddressesIsOfOneFamily) {
  EXPECT_TRUE(contains("0.0.0.0/0", "255.1.2.3"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
  EXPECT_FALSE(contains("::/0", "192.0.2.1"));
  EXPECT_TRUE(contains("192.0.2.0/24", "::ffff:192.0.2.9"));
}

TEST(Network, IsReadAndWritten) {
  EXPECT_EQ(Network::parse("192.0.2.0/24")->text(), "192.0.2.0/24");
  EXPECT_EQ(Network::parse("192.0.2.1")->text(), "192.0.2.1/32");
  EXPECT_EQ(Network::parse("2001:db8::1")->text(), "2001:db8::1/128");
}

TEST(Address, HasABlock) {
  const auto block = [](const char* address, NetBlockSize size) { return Address::parse(address)->block(size).text(); };
  EXPECT_EQ(block("192.0.2.255", {}), "192.0.2.255");
  EXPECT_EQ(block("192.0.2.255", {23, 64}), "192.0.2.0");
  EXPECT_EQ(block("192.0.3.255", {0, 64}), "0.0.0.0");
  EXPECT_EQ(block("2001:db8:1:2:3::ffff", {}), "2001:db8:1:2::");
  EXPECT_EQ(block("2001:db8:1:2:3::ffff", {32, 128}), "2001:db8:1:2:3::ffff");
  EXPECT_EQ(block("ffff::", {32, 0}), "::");
}

TEST(Network, NothingElseIsOne) {
  for (const char* text :
       {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/24 ", "2001:db8::/129",
        "192.0.2.1/24", "2001:db8::1/64", "192.0.2.0/255.255.255.0", "192.0.2.0/4294967320"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

}  // namespace
}  // namespace pysshrp
