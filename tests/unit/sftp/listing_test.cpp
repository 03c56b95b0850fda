#include <gtest/gtest.h>

#include "session.h"

// Listings too long to be gathered, as Erlang's server and gateways to stores of objects send them.
namespace pysshrp::sftp {
namespace {

using test::bytes_of;

/// A client that has a folder open as `H`, and has sent READDIR with the number 9.
struct Reading : test::Line {
  explicit Reading(bool is_jailed, std::string_view folder = "/")
      : test::Line{{is_jailed ? "/srv/www" : "", SftpSymlinks::follow, SftpAccess::read_write, true}} {
    send_identification();
    if (is_jailed) {
      down(Writer{Type::name, readdir++}.u32(1).string("/srv/www").string("").u32(0));
      tell_home();
    }
    up(Writer{Type::opendir, 8}.string(folder));
    down(Writer{Type::handle, readdir++}.string("H"));
    up(Writer{Type::readdir, 9}.string("H"));
  }
  std::uint32_t readdir = 0;  ///< its number upstream
};

struct Entry {
  std::string file, line;
  std::uint32_t mode;
};

std::string attributes(std::uint32_t mode) {
  Writer writer{Type::init};
  writer.u32(0x8000000f)
      .u32(0)
      .u32(77)
      .u32(1000)
      .u32(1000)
      .u32(mode)
      .u32(1)
      .u32(2)
      .u32(1)
      .string("a@b")
      .string("upper");
  return bytes_of(writer).substr(5);
}

std::string name(std::uint32_t id, const std::vector<Entry>& entries, std::uint32_t more = 0) {
  Writer writer{Type::name, id};
  writer.u32(static_cast<std::uint32_t>(entries.size()) + more);
  for (const auto& [file, line, mode] : entries) writer.string(file).string(line).raw(attributes(mode));
  return bytes_of(writer);
}

std::vector<Entry> entries_of(const std::string& frame) {
  std::string bytes = frame;
  const auto frames = test::frames(bytes);
  if (frames.size() != 1 || frames.front().type != Type::name || !bytes.empty()) return {};
  std::vector<Entry> entries;
  const auto names = read_names(frames.front().body);
  for (const auto& entry : names.value_or(std::vector<Name>{}))
    entries.push_back({std::string{entry.file}, std::string{entry.line}, entry.attributes.mode.value_or(0)});
  return entries;
}

std::vector<Entry> many() {
  std::vector<Entry> entries{{".", "drwx .", 040700}, {"..", "drwx secret ..", 040711}};
  for (int i = 0; i < 4000; ++i) {
    const auto file = "a file of number " + std::to_string(i);
    entries.push_back(
        {file, "-rw- " + file + (i % 2 ? " -> /srv/elsewhere/" + file : ""), i % 2 ? 0120777U : 0100644U});
  }
  return entries;
}

void expect_listing(const std::vector<Entry>& seen, bool is_root) {
  const auto sent = many();
  ASSERT_EQ(seen.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const bool is_parent = is_root && i == 1;
    const auto shown = is_parent ? ".." : sent[i].line.substr(0, sent[i].line.find(" -> "));
    EXPECT_EQ(seen[i].file, sent[i].file);
    EXPECT_EQ(seen[i].line, shown + std::string(sent[i].line.size() - shown.size(), ' '));
    EXPECT_EQ(seen[i].mode, is_parent ? 040755U : sent[i].mode);
  }
}

TEST(LongListing, ShowsNoTargetsAndNothingAboveTheRoot) {
  for (const std::string folder : {"/", "/a"}) {
    for (const std::size_t chunk : {std::size_t{1000}, std::size_t{77'777}, std::size_t{10'000'000}}) {
      Reading line{true, folder};
      const auto bytes = name(line.readdir, many());
      EXPECT_GT(bytes.size(), std::size_t{300} * 1024);
      std::string seen;
      for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        seen += line.down(bytes.substr(at, chunk));
        EXPECT_EQ(line.downward.in, "");
      }
      EXPECT_EQ(line.filter.broken(), "");
      expect_listing(entries_of(seen), folder == "/");
    }
  }
}

TEST(LongListing, PassesWithoutAJailAsItIs) {
  Reading line{false};
  const auto bytes = name(line.readdir, many());
  EXPECT_EQ(line.down(bytes), name(9, many()));
  EXPECT_EQ(line.up(Writer{Type::readdir, 10}.string("H")).empty(), false);
}

TEST(LongListing, IsNeverHeldAsAWhole) {
  Reading line{true};
  std::vector<Entry> entries;
  for (int i = 0; i < 80'000; ++i) entries.push_back({std::string(100, 'n'), std::string(100, 'l'), 0100644U});
  const auto bytes = name(line.readdir, entries);
  EXPECT_GT(bytes.size(), std::size_t{16} << 20);
  line.downward.in = bytes;
  line.downward.offer();
  EXPECT_LT(line.out.down.held(), std::size_t{300} * 1024);
  EXPECT_EQ(line.downward.pump().size() + line.downward.drain().size(), bytes.size());
  EXPECT_EQ(line.downward.in, "");
}

TEST(LongListing, NothingComesToStandInIt) {
  Reading line{true};
  const auto bytes = name(line.readdir, many());
  std::string seen = line.down(bytes.substr(0, 200'000));
  line.up(Writer{static_cast<Type>(99), 77}.string("x"));  // answered here
  EXPECT_EQ(line.downward.drain(), "");
  seen += line.down(bytes.substr(200'000));
  auto frames = test::frames(seen);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].type, Type::name);
  EXPECT_EQ(frames[1].code(), Code::op_unsupported);
  EXPECT_EQ(frames[1].id, 77U);
}

TEST(LongListing, ThatIsNoneEndsTheChannel) {
  const std::string kLong(300'000, 'x');
  const auto entries = many();
  const std::pair<std::string, const char*> kTable[] = {
      {"more entries than bytes", "more"}, {"more bytes than entries", "less"}, {"one entry without end", "entry"}};
  for (const auto& [what, how] : kTable) {
    Reading line{true};
    std::string bytes = name(line.readdir, entries, how == std::string_view{"more"} ? 1 : 0);
    if (how == std::string_view{"less"}) bytes[12] = 1, bytes[11] = 0;  // of the number
    if (how == std::string_view{"entry"}) bytes = name(line.readdir, {{kLong, "", 0}});
    line.down(bytes);
    EXPECT_EQ(line.filter.broken(), "the upstream sent a wrong or malformed reply") << what;
  }
  Reading line{true};
  line.up(Writer{Type::readlink, 10}.string("/x"));
  line.down(name(line.readdir + 1, entries));
  EXPECT_EQ(line.filter.broken(), "the upstream sent a wrong or malformed reply") << "READLINK is answered with one";
}

}  // namespace
}  // namespace pysshrp::sftp
