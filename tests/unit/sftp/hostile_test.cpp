#include <gtest/gtest.h>

#include "session.h"

// Clients and upstreams that do not keep to the protocol: the channel ends with a reason, and nothing gets through.
namespace pysshrp::sftp {
namespace {

using namespace std::string_literals;

using test::bytes_of;

struct Line : test::Line {
  explicit Line(std::string root = {})
      : test::Line{{std::move(root), SftpSymlinks::inside, SftpAccess::read_write, true}} {}
};

TEST(Client, ThatBreaksTheProtocolIsCutOff) {
  const std::pair<std::string, std::string> kTable[] = {
      {"\0\0\0\0\3"s, "short"},
      {"\0\0\0\4\5\0\0\0"s, "short"},
      {"\xff\xff\xff\xff\3"s, "too long"},
      {"\0\4\0\1\3"s, "too long"},
      {"\0\0\0\5\1\0\0\0\3"s, "second INIT"},
      {"\0\0\0\12\x11\0\0\0\1\0\0\0\2x"s, "malformed"},         // a STAT with a string longer than the frame
      {"\0\0\0\5\x11\0\0\0\1"s, "malformed"},                   // without its path
      {"\0\0\0\x0d\3\0\0\0\1\0\0\0\0\0\0\0"s + '\0', ""},       // OPEN with flags: good
      {"\0\0\0\x09\3\0\0\0\1\0\0\0\0"s, "malformed"},           // and without
      {"\0\0\0\x0e\5\0\0\0\1\0\0\0\1h\0\0\0\0"s, "malformed"},  // READ without a length
      {"\0\0\0\x09\xc8\0\0\0\1\0\0\0\7"s, "malformed"},         // EXTENDED without its name
      {"\0\0\2\0\6\0\0\0\1\0\0\1\1"s, "handle too long"},       // WRITE
      {"\0\0\0\x09\6\0\0\0\1\0\0\0\1"s, "too short"},
      {"\0\0\0\x17\6\0\0\0\1\0\0\0\1h\0\0\0\0\0\0\0\0\0\0\0\2x"s, "as long as its payload"}};
  for (const auto& [bytes, reason] : kTable) {
    for (const bool at_once : {true, false}) {
      Line line;
      line.send_identification();
      if (at_once)
        line.up(bytes);
      else
        for (const char c : bytes) line.up(std::string{c});
      EXPECT_NE(line.filter.broken().find(reason), std::string::npos)
          << testing::PrintToString(bytes) << line.filter.broken();
      EXPECT_EQ(line.filter.broken().empty(), reason.empty()) << testing::PrintToString(bytes) << line.filter.broken();
    }
  }
}

TEST(Client, MustStartWithInit) {
  Line line;
  line.up(Writer{Type::stat, 1}.string("/"));
  EXPECT_EQ(line.filter.broken(), "the client sent a request before INIT");
  Line old;
  old.up(Writer{Type::init}.u32(2));
  EXPECT_EQ(old.filter.broken(), "the client speaks SFTP version 2");
}

TEST(Client, IsSwallowedAfterTheEnd) {
  Line line;
  line.up("\0\0\0\0\0"s);
  const auto bytes = bytes_of(Writer{Type::stat, 1}.string("/"));
  EXPECT_EQ(line.up(bytes) + line.down(bytes), "");
  EXPECT_EQ(line.upward.in + line.downward.in, "");
  EXPECT_EQ(line.out.up.held() + line.out.down.held(), 0U);
}

Writer names(std::uint32_t id, const std::vector<std::string>& files) {
  Writer writer{Type::name, id};
  writer.u32(static_cast<std::uint32_t>(files.size()));
  for (const auto& file : files) writer.string(file).string(file).u32(0);
  return writer;
}

TEST(Upstream, ThatBreaksTheProtocolIsCutOff) {
  const auto status = [](std::uint32_t id, std::uint32_t code) {
    return std::move(Writer{Type::status, id}.u32(code));
  };
  const std::pair<Writer, std::string> kTable[] = {
      {status(7, 2), "nobody made"},
      {Writer{Type::handle, 0}.string("x"), "wrong"},  // to STAT
      {names(0, {"x"}), "wrong"},
      {Writer{Type::version}.u32(0), "wrong"},
      {Writer{Type::data, 0}.string("x"), "wrong"},
      {status(0, 0), "wrong"},  // OK to STAT
      {Writer{Type::status, 0}, "wrong"},
      {Writer{Type::stat, 0}.string("/"), "wrong"},
      {Writer{Type::handle, 1}.string(std::string(257, 'h')), "wrong"},  // to OPEN
      {Writer{Type::handle, 1}.u32(9), "wrong"},
      {Writer{Type::data, 1}.u32(4).raw("123"), "as long as its payload"},
      {status(0, 2), ""},
      {Writer{Type::handle, 1}.string("h"), ""}};
  for (const auto& [reply, reason] : kTable) {
    Line line;
    line.send_identification();
    line.up(Writer{Type::stat, 50}.string("/x"));
    line.up(Writer{Type::open, 51}.string("/x").u32(1).u32(0));
    const auto seen = line.down(reply);
    EXPECT_EQ(line.filter.broken().empty(), reason.empty()) << line.filter.broken();
    EXPECT_NE(line.filter.broken().find(reason), std::string::npos) << line.filter.broken();
    EXPECT_EQ(seen.empty(), !reason.empty());
  }
}

TEST(Upstream, MayNotGiveAHandleTwiceNorMoreThanWasAskedFor) {
  Line line;
  line.send_identification();
  line.up(Writer{Type::open, 1}.string("a").u32(1).u32(0));
  line.up(Writer{Type::open, 1}.string("b").u32(1).u32(0));
  line.down(Writer{Type::handle, 0}.string("h"));
  EXPECT_EQ(line.filter.broken(), "");
  line.down(Writer{Type::handle, 1}.string("h"));
  EXPECT_EQ(line.filter.broken(), "the upstream gave the same handle twice");

  Line much;
  much.send_identification();
  much.up(Writer{Type::open, 1}.string("a").u32(1).u32(0));
  much.down(Writer{Type::handle, 0}.string("h"));
  much.up(Writer{Type::read, 2}.string("h").u32(0).u32(0).u32(3));
  much.down(Writer{Type::data, 1}.string("1234"));
  EXPECT_EQ(much.filter.broken(), "the upstream sent more than was asked for");
}

TEST(Upstream, MustSpeakVersion3AndKnowTheRoot) {
  for (Writer reply : {Writer{Type::version}.u32(2), Writer{Type::version}.u32(4), Writer{Type::status, 3}.u32(0)}) {
    Line line{"/r"};
    line.up(Writer{Type::init}.u32(3));
    line.down(reply);
    EXPECT_EQ(line.filter.broken(), "the upstream does not speak SFTP version 3");
  }
  const std::pair<Writer, std::string> kTable[] = {{Writer{Type::status, 1}.u32(2), "the root: No such file"},
                                                   {Writer{Type::status, 1}.u32(0), "wrong"},
                                                   {names(1, {}), "wrong"},
                                                   {names(1, {"/a", "/b"}), "wrong"},
                                                   {names(1, {""}), "no absolute path"},
                                                   {names(1, {"r"}), "no abs"},
                                                   {names(1, {"/a/../b"}), "no abs"},
                                                   {names(1, {"/a\0"s}), "no abs"},
                                                   {names(1, {"/r"}), ""},
                                                   {Writer{Type::name, 1}.u32(0xffffffff), "wrong"}};
  for (const auto& [reply, reason] : kTable) {
    Line line{"/r"};
    line.send_identification();
    line.down(reply);
    EXPECT_EQ(line.filter.broken().empty(), reason.empty()) << line.filter.broken();
    EXPECT_NE(line.filter.broken().find(reason), std::string::npos) << line.filter.broken();
  }
}

/// Whatever REALPATH answers, only what is inside goes on.
TEST(Upstream, LiesAboutAPathAreNotForwarded) {
  for (const auto& path :
       std::vector<std::string>{"/", "", "r/x", "/rx", "/r/../x", "/r/x/..", "/r/x\0"s, "/r//x", "x"}) {
    Line line{"/r"};
    line.send_identification();
    line.down(names(0, {"/proc/1"}));
    line.down(names(1, {"/r"}));
    line.tell_home();
    EXPECT_FALSE(line.up(Writer{Type::stat, 9}.string("x")).empty());
    const auto answered = line.down(names(2, {path}));
    EXPECT_EQ(line.out.up.held(), 0U) << path;
    EXPECT_NE(answered.find("Permission denied"), std::string::npos) << path;
  }
}

/// One that may not resolve links, and whose LSTAT does not say what a file is, is asked for a link's target.
TEST(Upstream, ThatDoesNotTellLinksFromFilesIsNotTrusted) {
  const auto attrs = [](std::uint32_t mode) { return std::move(Writer{Type::attrs, 3}.u32(4).u32(mode)); };
  const auto status = [](std::uint32_t id, Code code) {
    return std::move(Writer{Type::status, id}.u32(static_cast<std::uint32_t>(code)));
  };
  const Writer no_attributes = std::move(Writer{Type::attrs, 3}.u32(0));
  const std::tuple<Writer, std::optional<Writer>, bool> kTable[] = {
      {attrs(0100644), {}, true},
      {attrs(0120777), {}, false},
      {status(3, Code::failure), {}, false},
      {attrs(0644), names(4, {"y"}), false},
      {attrs(0644), status(4, Code::op_unsupported), false},
      {attrs(0644), status(4, Code::failure), true},
      {no_attributes, names(4, {"/r/y"}), false},
      {no_attributes, status(4, Code::bad_message), true}};
  for (const auto& [reply, second, goes_on] : kTable) {
    Line line{"/r"};
    line.send_identification();
    line.down(names(0, {"/proc/self"}));
    line.down(names(1, {"/r"}));
    line.tell_home();
    line.up(Writer{Type::stat, 9}.string("x"));
    line.down(names(2, {"/r/x"}));
    line.out.up.clear();
    auto answered = line.down(reply);
    if (second) {
      auto asked = line.upward.drain();
      EXPECT_EQ(asked, bytes_of(Writer{Type::readlink, 4}.string("/r/x")));
      EXPECT_EQ(answered, "");
      answered = line.down(*second);
    }
    EXPECT_EQ(answered.empty(), goes_on);
    EXPECT_EQ(line.out.up.held() > 0, goes_on);
  }
}

/// A jail at /r whose client has the file a open as `h`, and has sent OPEN for another one.
struct Jailed : Line {
  Jailed() : Line{"/r"} {
    send_identification();
    down(names(0, {"/proc/1"}));
    down(names(1, {"/r"}));
    tell_home();
    up(Writer{Type::open, 1}.string("a").u32(kRead | kWrite).u32(0));
    down(names(2, {"/r/a"}));
    down(Writer{Type::handle, 3}.string("h"));
    EXPECT_EQ(down(names(4, {"/r/a"})), bytes_of(Writer{Type::handle, 1}.string("h")));
    up(Writer{Type::open, 2}.string("b").u32(kRead).u32(0));
    down(names(5, {"/r/b"}));
    upward.drain();
  }
  /// The check of the other file: the question that goes up once it is open.
  static std::string question() { return bytes_of(Writer{Type::realpath, 8}.string("/r/b")); }
};

/// A WRITE whose payload would be frames if anything came to stand inside it, and where it is cut.
struct CutWrite {
  std::string payload, frame;
  CutWrite() {
    for (int i = 0; i < 9; ++i) payload += bytes_of(Writer{Type::remove, 7}.string("/etc/secret"));
    frame = sent_as(9);
  }
  std::string sent_as(std::uint32_t id) const {
    return bytes_of(Writer{Type::write, id}.string("h").u32(0).u32(0).string(payload));
  }
  std::string first() const { return frame.substr(0, frame.size() / 2); }
  std::string second() const { return frame.substr(frame.size() / 2); }
};

TEST(Jail, QuestionsDoNotGoIntoAPayload) {
  Jailed line;
  const CutWrite write;
  std::string sent = line.up(write.first());
  line.down(Writer{Type::handle, 6}.string("i"));
  sent += line.upward.drain();
  EXPECT_EQ(sent, write.sent_as(7).substr(0, sent.size())) << "the question went into the payload";
  sent += line.up(write.second());
  EXPECT_EQ(sent, write.sent_as(7) + Jailed::question());
}

TEST(Jail, TheCloseOfADeniedOpenDoesNotGoIntoAPayload) {
  Jailed line;
  const CutWrite write;
  line.down(Writer{Type::handle, 6}.string("i"));
  line.upward.drain();  // the question, which is number 7
  std::string sent = line.up(write.first());
  EXPECT_NE(line.down(names(7, {"/r/moved"})).find("Permission denied"), std::string::npos);
  sent += line.upward.drain();
  sent += line.up(write.second());
  EXPECT_EQ(sent, write.sent_as(8) + bytes_of(Writer{Type::close, 9}.string("i")));
}

/// A stream of WRITEs that is never cut at a frame's end leaves room for a question all the same.
TEST(Jail, QuestionsDoNotWaitForever) {
  Jailed line;
  const CutWrite write;
  std::string sent = line.up(write.first());
  line.down(Writer{Type::handle, 6}.string("i"));
  for (int i = 0; i < 3; ++i) sent += line.up(write.second() + write.first());
  EXPECT_EQ(sent.substr(0, write.frame.size() + Jailed::question().size()), write.sent_as(7) + Jailed::question());
}

/// The mirror image: an answer of the filter's own, while DATA is half through.
TEST(Jail, AnswersDoNotGoIntoAPayload) {
  Jailed line;
  line.up(Writer{Type::read, 10}.string("h").u32(0).u32(0).u32(1000));
  const std::string contents(1000, 'x');
  const auto data = [&](std::uint32_t id) { return bytes_of(Writer{Type::data, id}.string(contents)); };
  std::string seen = line.down(data(7).substr(0, 500));
  for (Writer request : {Writer{Type::extended, 11}.string("home-directory"), Writer{Type::fstat, 12}.string("none"),
                         Writer{Type::rmdir, 13}.string("/"), Writer{static_cast<Type>(99), 14}})
    line.up(request);
  seen += line.downward.drain();
  EXPECT_EQ(seen, data(10).substr(0, seen.size())) << "an answer went into the payload";
  seen += line.down(data(7).substr(500));
  EXPECT_EQ(seen.substr(0, data(10).size()), data(10));
  seen.erase(0, data(10).size());
  std::vector<std::uint32_t> answered;
  for (const auto& reply : test::frames(seen)) answered.push_back(reply.id);
  EXPECT_EQ(answered, (std::vector<std::uint32_t>{11, 12, 13, 14}));
  EXPECT_EQ(seen, "");
}

/// Answers that wait for the end of a payload are not heaped up without end, and do not hold back that end.
TEST(Jail, AnswersThatWaitAreBounded) {
  Jailed line;
  line.up(Writer{Type::read, 10}.string("h").u32(0).u32(0).u32(1000));
  const std::string data = bytes_of(Writer{Type::data, 7}.string(std::string(1000, 'x')));
  std::string seen = line.down(data.substr(0, 500));
  std::uint32_t taken = 0;
  line.upward.in = bytes_of(Writer{static_cast<Type>(99), 11});
  for (; taken < 1'000'000 && line.upward.offer() > 0; ++taken)
    line.upward.in = bytes_of(Writer{static_cast<Type>(99), 11});
  EXPECT_LT(taken, 20'000U);
  seen += line.down(data.substr(500));
  EXPECT_EQ(test::frames(seen).size(), taken + 1);
  EXPECT_EQ(line.upward.offer(), 9U);
}

}  // namespace
}  // namespace pysshrp::sftp
