#include <gtest/gtest.h>

#include "session.h"

// Requests with paths in a jail, whose questions are on their way together.
namespace pysshrp::sftp {
namespace {

using test::bytes_of;

/// A jail whose upstream answers when the test says so, one frame at a time.
struct Jailed : test::Line {
  explicit Jailed(bool imitates_openssh = true)
      : test::Line{{"/srv/www", SftpSymlinks::inside, SftpAccess::read_write, false}} {
    server.keeps_targets = imitates_openssh;
    for (const char* folder : {"/srv", "/srv/www", "/srv/www/a", "/srv/www/b"}) server.nodes[folder] = {'d', {}};
    for (const char* file : {"/srv/www/a/f", "/srv/www/b/f"}) server.nodes[file] = {'f', "text"};
    ask(Writer{Type::init}.u32(3));
    answer();
    server.asked.clear();
  }

  /// What the client sends: how much of it is taken now.
  std::size_t ask(const Writer& writer) {
    upward.in += bytes_of(writer);
    const std::size_t n = upward.offer();
    waiting += server.take(upward.drain());
    return n;
  }
  /// The upstream's answers reach the filter, and those to what it asks then, `times` times; what the client gets.
  std::string answer(int times = 10) {
    std::string seen;
    for (; times > 0; --times) {
      seen += down(std::exchange(waiting, {}));
      upward.offer();
      waiting += server.take(upward.drain());
    }
    return seen;
  }
  std::vector<test::Reply> replies() {
    std::string seen = answer();
    return test::frames(seen);
  }

  test::Server server;
  std::string waiting;
};

using Lines = std::vector<std::string>;

Writer stat(std::uint32_t id, std::string_view path) {
  return std::move(Writer{Type::stat, id}.string(path));
}
Writer open(std::uint32_t id, std::string_view path, std::uint32_t flags) {
  return std::move(Writer{Type::open, id}.string(path).u32(flags).u32(0));
}
Writer two(Type type, std::uint32_t id, std::string_view one, std::string_view other) {
  return std::move(Writer{type, id}.string(one).string(other));
}

TEST(Line, QuestionsOfManyRequestsAreOnTheirWayTogether) {
  Jailed line;
  for (std::uint32_t id = 0; id < 3; ++id) EXPECT_GT(line.ask(stat(id, id == 1 ? "/b/f" : "/a/f")), 0U);
  EXPECT_EQ(line.server.asked, (Lines{"16 /srv/www/a/f", "16 /srv/www/b/f", "16 /srv/www/a/f"}));
  EXPECT_TRUE(line.filter.holds_back());
  const auto replies = line.replies();
  ASSERT_EQ(replies.size(), 3U);
  for (std::uint32_t id = 0; id < 3; ++id) EXPECT_EQ(replies[id].id, id);
  EXPECT_FALSE(line.filter.holds_back());
}

TEST(Line, TheyGoOnInTheirOrder) {
  Jailed line;
  line.server.realpath = test::Server::Realpath::existing_only;  // a file to be created takes more questions
  line.ask(open(1, "/a/new", kWrite | kCreate));
  line.ask(std::move(Writer{Type::setstat, 2}.string("/b/f").u32(0)));
  EXPECT_EQ(line.replies().size(), 2U);
  EXPECT_EQ(line.server.asked, (Lines{"16 /srv/www/a/new", "16 /srv/www/b/f", "16 /srv/www/a", "7 /srv/www/a",
                                      "7 /srv/www/a/new", "3 /srv/www/a/new", "16 /srv/www/a/new", "9 /srv/www/b/f"}));
}

struct Order {
  Writer first, second;
  bool is_asked_at_once;
};

TEST(Line, WhatDependsOnAnotherIsAskedBehindIt) {
  const Writer mkdir = std::move(Writer{Type::mkdir, 1}.string("/a/c").u32(0));
  const Writer setstat = std::move(Writer{Type::setstat, 1}.string("/a/f").u32(0));
  const Order kTable[] = {
      {mkdir, stat(2, "/a/c/f"), false},
      {mkdir, stat(2, "/a/c"), false},
      {mkdir, stat(2, "/a/cc"), true},
      {mkdir, stat(2, "/a/f"), true},
      {std::move(Writer{Type::remove, 1}.string("/a/f")), stat(2, "/a"), false},
      {setstat, stat(2, "/a/f"), false},
      {setstat, open(2, "/b/f", kWrite), true},
      {open(1, "/a/f", kRead), open(2, "/a/f", kWrite), true},
      {open(1, "/a/f", kWrite), open(2, "/a/f", kRead), false},
      {two(Type::rename, 1, "/a/f", "/a/g"), stat(2, "/b/f"), false},
      {stat(1, "/b/f"), two(Type::rename, 2, "/b/f", "/b/g"), true},
  };
  for (const auto& [first, second, is_asked_at_once] : kTable) {
    Jailed line;
    line.ask(first);
    const auto before = line.server.asked.size();
    EXPECT_GT(line.ask(second), 0U);
    const auto row = testing::PrintToString(line.server.asked);
    EXPECT_EQ(line.server.asked.size() > before, is_asked_at_once) << row;
    EXPECT_EQ(line.ask(stat(3, "/b")), is_asked_at_once ? bytes_of(stat(3, "/b")).size() : 0U) << row;
    EXPECT_EQ(line.replies().size(), 3U) << row;
    EXPECT_FALSE(line.filter.holds_back());
  }
}

TEST(Line, AFolderMayBeMadeAndFilledAtOnce) {
  for (const bool imitates_openssh : {true, false}) {
    Jailed line{imitates_openssh};
    line.upward.in = bytes_of(Writer{Type::mkdir, 1}.string("/n").u32(0)) +
                     bytes_of(Writer{Type::mkdir, 2}.string("/n/m").u32(0)) +
                     bytes_of(open(3, "/n/m/f", kWrite | kCreate)) + bytes_of(two(Type::rename, 4, "/n/m", "/k")) +
                     bytes_of(stat(5, "/k/f"));
    for (const auto& reply : line.replies()) EXPECT_EQ(reply.code(), Code::ok) << reply.id;
    EXPECT_TRUE(line.server.nodes.contains("/srv/www/k/f"));
  }
}

/// Links are not as they will be until what changes them has gone.
TEST(Line, NothingSlipsThroughALinkThatIsBeingMoved) {
  Jailed line;
  line.server.nodes["/srv/www/out"] = {'l', "/etc"};
  line.server.nodes["/etc"] = {'d', {}};
  line.server.nodes["/etc/f"] = {'f', "secret"};
  line.upward.in = bytes_of(two(Type::rename, 1, "/a", "/c")) + bytes_of(two(Type::rename, 2, "/out", "/a")) +
                   bytes_of(open(3, "/a/f", kRead));
  std::map<std::uint32_t, Code> codes;
  for (const auto& reply : line.replies()) codes[reply.id] = reply.code();
  EXPECT_EQ(codes,
            (std::map<std::uint32_t, Code>{{1, Code::ok}, {2, Code::permission_denied}, {3, Code::no_such_file}}));
  for (const auto& path : line.server.touched) EXPECT_TRUE(path.starts_with("/srv/www")) << path;
}

TEST(Line, OpenFilesGoOnMeanwhile) {
  Jailed line;
  line.ask(open(1, "/a/f", kRead | kWrite));
  auto replies = line.replies();
  ASSERT_EQ(replies.size(), 1U);
  const auto read = Writer{Type::read, 3}.string(replies.front().text()).u32(0).u32(0).u32(9);
  line.server.asked.clear();
  line.ask(stat(2, "/a/f"));
  line.ask(open(2, "/b/f", kWrite));
  line.ask(read);
  EXPECT_EQ(line.server.asked.back(), "5");
  EXPECT_EQ(line.replies().size(), 3U);
  line.ask(std::move(Writer{Type::setstat, 4}.string("/a/f").u32(0)));
  EXPECT_EQ(line.ask(read), 0U) << "what is done to the file by its name comes before";
  EXPECT_EQ(line.replies().size(), 2U);
}

TEST(Line, WhatIsOpenedIsLookedAtRightBehindTheOpen) {
  Jailed line;
  line.ask(open(1, "/a/f", kRead));
  line.answer(1);
  EXPECT_EQ(line.server.asked, (Lines{"16 /srv/www/a/f", "3 /srv/www/a/f", "16 /srv/www/a/f"}));
  EXPECT_EQ(line.replies().front().type, Type::handle);
  line.server.asked.clear();
  line.ask(open(1, "/a/none", kRead));
  line.answer(1);
  EXPECT_EQ(line.replies().front().code(), Code::no_such_file);
}

TEST(Line, WhoDoesNotServeInOrderIsAskedOnceItHasOpened) {
  Jailed line{false};
  line.ask(open(1, "/a/f", kRead));
  line.answer(1);
  EXPECT_EQ(line.server.asked, (Lines{"16 /srv/www/a/f", "3 /srv/www/a/f"}));
  line.answer(1);
  EXPECT_EQ(line.server.asked.back(), "16 /srv/www/a/f");
  EXPECT_EQ(line.server.asked.size(), 3U);
  EXPECT_EQ(line.replies().front().type, Type::handle);
}

/// One that seems to serve in order, and answers the second of two requests first.
TEST(Line, WhoOvertakesAnOpenIsAskedAgain) {
  Jailed line;
  line.ask(open(1, "/a/f", kRead));
  line.answer(1);
  auto late = test::frames(line.waiting);
  ASSERT_EQ(late.size(), 2U);
  line.server.asked.clear();
  for (const auto& reply : {late[1], late[0]}) line.waiting += bytes_of(Writer{reply.type, reply.id}.raw(reply.body));
  EXPECT_EQ(line.answer(1), "");
  EXPECT_EQ(line.server.asked, Lines{"16 /srv/www/a/f"});
  EXPECT_EQ(line.replies().front().type, Type::handle);
  line.server.asked.clear();
  line.ask(open(2, "/b/f", kRead));
  line.answer(1);
  EXPECT_EQ(line.server.asked, (Lines{"16 /srv/www/b/f", "3 /srv/www/b/f"})) << "never trusted again";
}

TEST(Line, IsBounded) {
  Jailed line;
  const std::string path = '/' + std::string(4000, 'x');
  int taken = 0;
  while (taken < 10'000 && line.ask(stat(1, path)) > 0) ++taken;
  EXPECT_LT(taken, 70);
  EXPECT_GT(taken, 50);
  line.upward.in.clear();
  line.answer();
  EXPECT_GT(line.ask(stat(1, path)), 0U);
}

}  // namespace
}  // namespace pysshrp::sftp
