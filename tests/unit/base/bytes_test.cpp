#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace pysshrp {
namespace {

using namespace std::string_view_literals;

TEST(BigEndian, HasTheMostSignificantByteFirst) {
  EXPECT_EQ(load_big_endian(""sv), 0U);
  EXPECT_EQ(load_big_endian("\xff"sv), 0xffU);
  EXPECT_EQ(load_big_endian("\x01\x02"sv), 0x0102U);
  EXPECT_EQ(load_big_endian("\x80\0\0\x01"sv), 0x80000001U);
  EXPECT_EQ(load_big_endian("\xff\xff\xff\xff\xff\xff\xff\xff"sv), std::numeric_limits<std::uint64_t>::max());
  std::array<char, 4> four{};
  store_big_endian(four, 0x01020304);
  EXPECT_EQ(std::string_view(four.data(), four.size()), "\x01\x02\x03\x04"sv);
  store_big_endian(four, 0xff80000001);
  EXPECT_EQ(std::string_view(four.data(), four.size()), "\x80\0\0\x01"sv) << "the lowest bytes";
  store_big_endian({}, 1);
}

TEST(ByteReader, ReadsEachFieldOnce) {
  ByteReader reader{"\x01\x02\x03\0\0\0\x04\0\0\0\0\0\0\0\x05\0\0\0\x02hi!rest"sv};
  EXPECT_EQ(reader.u8(), 1U);
  EXPECT_EQ(reader.u16(), 0x0203U);
  EXPECT_EQ(reader.u32(), 4U);
  EXPECT_EQ(reader.u64(), 5U);
  EXPECT_EQ(reader.string(), "hi");
  EXPECT_EQ(reader.raw(1), "!");
  EXPECT_EQ(reader.left(), "rest");
  EXPECT_EQ(reader.raw(4), "rest");
  EXPECT_EQ(reader.raw(0), "");
  EXPECT_TRUE(reader.ok()) << "the very end is inside";
}

TEST(ByteReader, NeverLeavesItsBytes) {
  for (std::size_t n = 0; n < 4; ++n) {
    ByteReader reader{"\0\0\0\x01"sv.substr(0, n)};
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
  }
  for (const auto bytes : {"\0\0\0\x03hi"sv, "\xff\xff\xff\xffhi"sv, "\0\0\0"sv}) {
    ByteReader reader{bytes};
    EXPECT_EQ(reader.string(), "");
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.u8(), 0U) << "nothing is read after a field that was too long";
    EXPECT_EQ(reader.raw(0), "");
    EXPECT_FALSE(reader.ok());
  }
  ByteReader reader{"abc"sv};
  EXPECT_EQ(reader.raw(std::numeric_limits<std::size_t>::max()), "");
  EXPECT_EQ(reader.left(), "abc");
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
  ByteWriter writer;
  writer.u8(0xff)
      .u16(0x0102)
      .u32(0x80000001)
      .u64(std::numeric_limits<std::uint64_t>::max())
      .string("")
      .string("a\0b"sv);
  writer.raw("end");
  EXPECT_EQ(writer.view(),
            "\xff\x01\x02\x80\0\0\x01\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\x03"
            "a\0bend"sv);
  EXPECT_EQ(writer.size(), 29U);
  ByteReader reader{writer.view()};
  EXPECT_EQ(reader.u8(), 0xffU);
  EXPECT_EQ(reader.u16(), 0x0102U);
  EXPECT_EQ(reader.u32(), 0x80000001U);
  EXPECT_EQ(reader.u64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(reader.string(), "");
  EXPECT_EQ(reader.string(), "a\0b"sv);
  EXPECT_EQ(reader.left(), "end");
  EXPECT_EQ(writer.release().size(), 29U);
  EXPECT_EQ(writer.view(), "");
}

TEST(ByteWriter, WipesItselfInPlace) {
  ByteWriter writer{64};
  writer.string("s3cret");
  const char* const bytes = writer.view().data();
  const std::size_t size = writer.size();
  writer.raw(std::string(64 - size, 'x'));
  ASSERT_EQ(writer.view().data(), bytes) << "it has not moved";
  writer.wipe();
  EXPECT_EQ(std::string_view(bytes + 1, size - 1).find_first_not_of('\0'), std::string_view::npos);
  EXPECT_EQ(writer.size(), 0U);
}

}  // namespace
}  // namespace pysshrp
