#include "sftp/download.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "session.h"

namespace pysshrp::sftp {
namespace {

using test::Reply;

/// A server with one file, `keys`, of which it gives at most `most` bytes at once.
struct Shelf {
  std::string file;
  std::size_t most = 1 << 20;
  std::vector<Reply> asked = {};

  Writer answer(const Reply& request) {
    asked.push_back(request);
    Reader reader{request.body};
    const std::string_view name = reader.string();
    if (request.type == Type::init) return std::move(Writer{Type::version}.u32(3));
    if (request.type == Type::open && name == "keys") return std::move(Writer{Type::handle, request.id}.string("h"));
    if (request.type == Type::open) return status(request.id, Code::no_such_file);
    if (request.type == Type::close) return status(request.id, Code::ok);
    const auto offset = std::min<std::size_t>(reader.u64(), file.size());
    const auto data = std::string_view{file}.substr(offset, std::min<std::size_t>(reader.u32(), most));
    return data.empty() ? status(request.id, Code::eof) : std::move(Writer{Type::data, request.id}.string(data));
  }
  static Writer status(std::uint32_t id, Code code) {
    return std::move(Writer{Type::status, id}.u32(static_cast<std::uint32_t>(code)).string("words").string(""));
  }
};

std::string bytes_of(Writer writer) {
  const auto bytes = writer.finish();
  return {bytes.data(), bytes.size()};
}

std::vector<Reply> requests_of(Download& download) {
  std::string bytes{download.unsent()};
  download.sent(bytes.size());
  return test::frames(bytes);
}

/// Carries requests and answers, these in pieces of `chunk`, until it is over.
void carry(Download& download, Shelf& shelf, std::size_t chunk = 1 << 20) {
  for (auto requests = requests_of(download); !requests.empty(); requests = requests_of(download)) {
    ASSERT_EQ(requests.size(), 1U);
    const std::string answer = bytes_of(shelf.answer(requests.front()));
    for (std::size_t at = 0; at < answer.size(); at += chunk) download.feed(std::string_view{answer}.substr(at, chunk));
  }
}

/// Some bytes that are nowhere the same.
std::string long_text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + '\n';
  text.resize(size);
  return text;
}

TEST(Download, ReadsAFileOfAnySizeUpToTheLimitInPiecesOfAnySize) {
  constexpr std::size_t kBlock = std::size_t{32} * 1024;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlock - 1, kBlock, kBlock + 1, Download::kMaxFile}) {
    for (const std::size_t most : {std::size_t{1000}, std::size_t{1} << 20}) {
      for (const std::size_t chunk : {std::size_t{1}, std::size_t{4096}, std::size_t{1} << 20}) {
        Shelf shelf{long_text(size), most};
        Download download{"keys"};
        carry(download, shelf, chunk);
        EXPECT_TRUE(download.over());
        EXPECT_EQ(download.error(), "");
        EXPECT_TRUE(download.text() == shelf.file) << size << ' ' << most << ' ' << chunk;
        EXPECT_EQ(shelf.asked.back().type, Type::close);
      }
    }
  }
}

TEST(Download, RefusesAFileOverTheLimit) {
  Shelf shelf{long_text(Download::kMaxFile + 1)};
  Download download{"keys"};
  carry(download, shelf);
  EXPECT_TRUE(download.over());
  EXPECT_EQ(download.error(), "larger than 256 KiB");
  EXPECT_EQ(download.text(), "");
}

TEST(Download, TakesAFileThatIsNotThereForEmpty) {
  Shelf shelf;
  Download download{"other"};
  carry(download, shelf);
  EXPECT_TRUE(download.over());
  EXPECT_EQ(download.error(), "");
  EXPECT_EQ(download.text(), "");
}

TEST(Download, OpensItsPathForReadingOnly) {
  Shelf shelf{"text"};
  Download download{"keys"};
  carry(download, shelf);
  ASSERT_GE(shelf.asked.size(), 2U);
  EXPECT_EQ(shelf.asked[0].id, 3U);  // the version of INIT
  Reader open{shelf.asked[1].body};
  EXPECT_EQ(open.string(), "keys");
  EXPECT_EQ(open.u32(), kRead);
  EXPECT_EQ(open.u32(), 0U);
  EXPECT_TRUE(open.ok() && open.left().empty());
}

/// One that has had its right answers up to the request of type `asked`, which is sent.
Download at(Type asked) {
  Shelf shelf{"text"};
  Download download{"keys"};
  for (auto request = requests_of(download); request.front().type != asked; request = requests_of(download))
    download.feed(bytes_of(shelf.answer(request.front())));
  return download;
}

TEST(Download, SaysWhyItWasRefused) {
  for (const auto asked : {Type::open, Type::read}) {
    Download download = at(asked);
    download.feed(bytes_of(Shelf::status(asked == Type::open ? 1 : 2, Code::permission_denied)));
    EXPECT_TRUE(download.over());
    EXPECT_EQ(download.error(), "Permission denied");
  }
}

TEST(Download, EndsAtAWrongAnswer) {
  using enum Type;
  const auto plain = [](Type type, std::uint32_t id) { return std::move(Writer{type, id}.string("x")); };
  struct Case {
    Type asked;
    Writer answer;
    std::string_view why;
  };
  const Case kTable[] = {
      {init, std::move(Writer{version}.u32(2)), "version 3"},
      {init, std::move(Writer{version}.u32(6)), "version 3"},
      {init, plain(handle, 3), "version 3"},
      {init, std::move(Writer{init}.u32(3)), "version 3"},  // an echo
      {init, std::move(Writer{version}.raw("\3")), "too short for its fields (does a shell print something?)"},
      {open, plain(handle, 2), "nobody made"},
      {open, plain(handle, 0), "nobody made"},
      {open, plain(data, 1), "malformed"},
      {open, std::move(Writer{handle, 1}.string(std::string(257, 'h'))), "malformed"},
      {open, std::move(Writer{handle, 1}.u32(7).raw("h")), "malformed"},
      {open, Shelf::status(1, Code::ok), "malformed"},
      {open, Shelf::status(1, Code::eof), "End of file"},
      {open, std::move(Writer{status, 1}), "malformed"},
      {read, plain(data, 1), "nobody made"},  // the answer to OPEN, once more
      {read, plain(handle, 2), "malformed"},
      {read, std::move(Writer{data, 2}.string("")), "malformed"},  // neither data nor an end
      {read, std::move(Writer{data, 2}.u32(9).raw("data")), "malformed"},
      {read, std::move(Writer{data, 2}.string(std::string(32 * 1024 + 1, 'x'))), "more than was asked for"},
      {read, Shelf::status(2, Code::ok), "malformed"},
      {read, plain(write, 2), "sent a frame"},
      {close, plain(data, 4), "malformed"},
      {close, Shelf::status(3, Code::ok), "nobody made"},
  };
  for (const auto& [asked, answer, why] : kTable) {
    const std::string bytes = bytes_of(answer);
    Download download = at(asked);
    download.feed(bytes);
    EXPECT_TRUE(download.over()) << testing::PrintToString(bytes);
    EXPECT_NE(download.error().find(why), std::string::npos) << testing::PrintToString(bytes) << download.error();
    EXPECT_EQ(download.text(), "");
    EXPECT_EQ(download.unsent(), "");
  }
}

TEST(Download, GathersNoFrameThatIsTooLong) {
  Download download{"keys"};
  download.feed(std::string_view{"This account is currently not available.\n"});
  EXPECT_TRUE(download.over());
  EXPECT_EQ(download.error(), "the upstream sent a frame too long (does a shell print something?)");
}

TEST(Download, IsNotMovedByWhatComesAfterItsEnd) {
  Shelf shelf{"text"};
  Download download{"keys"};
  carry(download, shelf);
  download.feed(bytes_of(Shelf::status(4, Code::failure)));
  EXPECT_EQ(download.error(), "");
  EXPECT_EQ(download.text(), "text");
}

}  // namespace
}  // namespace pysshrp::sftp
