#include "sftp/filter.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "session.h"

namespace pysshrp::sftp {
namespace {

using test::bytes_of;
using test::Line;
using test::Reply;
using test::Server;
using test::Session;

Server tree(Server::Realpath realpath = Server::Realpath::openssh) {
  Server server{realpath};
  for (const char* folder :
       {"/srv", "/srv/www", "/srv/www/a", "/srv/www/a/b", "/srv/www-secret", "/home/me/web", "/etc"})
    server.nodes[folder] = {'d', {}};
  server.nodes["/srv/www/file"] = {'f', "inside"};
  server.nodes["/srv/www/a/file"] = server.nodes["/home/me/web/file"] = {'f', "in a"};
  server.nodes["/srv/www-secret/file"] = server.nodes["/etc/file"] = {'f', "secret"};
  return server;
}

const Policy kJail{"/srv/www", SftpSymlinks::inside, SftpAccess::read_write, true};

template <class T>
std::vector<T> of(const Session& session) {
  std::vector<T> found;
  for (const auto& event : session.events)
    if (const auto* it = std::get_if<T>(&event)) found.push_back(*it);
  return found;
}

TEST(Filter, SpeaksVersion3AndAdvertisesWhatItKnows) {
  auto server = tree();
  Session session{kJail, server};
  ASSERT_EQ(session.version.size(), 1U);
  EXPECT_EQ(session.version[0].type, Type::version);
  EXPECT_EQ(session.version[0].id, 3U);
  Reader reader{session.version[0].body};
  EXPECT_EQ(reader.string(), "posix-rename@openssh.com");
  EXPECT_EQ(reader.string(), "1");
  EXPECT_EQ(reader.string(), "copy-data");
  EXPECT_EQ(reader.string(), "1");
  EXPECT_EQ(reader.string(), "fstatvfs@openssh.com");
  EXPECT_EQ(reader.string(), "2");
  EXPECT_TRUE(reader.left().empty());
}

TEST(Filter, RootMayBeRelativeToTheLoginDirectory) {
  auto server = tree();
  Session session{{"web", SftpSymlinks::inside, SftpAccess::read_write, false}, server};
  EXPECT_EQ(session.path(Type::realpath, ".").text(), "/");
  EXPECT_EQ(session.read(session.open("file", kRead).text()).text(), "in a");
  EXPECT_EQ(server.touched, std::set<std::string>{"/home/me/web/file"});
}

TEST(Filter, RootMayBeTheWholeTree) {
  auto server = tree();
  Session session{{"/", SftpSymlinks::inside, SftpAccess::read_write, false, UpstreamSftp::internal}, server};
  EXPECT_EQ(session.path(Type::realpath, "/srv/../etc").text(), "/etc");
  EXPECT_EQ(session.path(Type::stat, "/etc/file").type, Type::attrs);
  EXPECT_EQ(session.path(Type::rmdir, "/").code(), Code::permission_denied);
}

TEST(Filter, AnswersPathsInTheClientsView) {
  auto server = tree();
  server.nodes["/srv/www/in"] = {'l', "a/b"};
  server.nodes["/srv/www/out"] = {'l', "../www-secret"};
  Session session{kJail, server};
  for (const auto& [typed, seen] : std::initializer_list<std::pair<const char*, const char*>>{{"", "/"},
                                                                                              {".", "/"},
                                                                                              {"..", "/"},
                                                                                              {"/../..", "/"},
                                                                                              {"a//b/", "/a/b"},
                                                                                              {"in", "/a/b"},
                                                                                              {"in/..", "/"},
                                                                                              {"new", "/new"},
                                                                                              {"a\nb", "/a\nb"},
                                                                                              {"\xff", "/\xff"}})
    EXPECT_EQ(session.path(Type::realpath, typed).text(), seen) << typed;
  EXPECT_EQ(session.path(Type::realpath, "out").code(), Code::permission_denied);
  EXPECT_EQ(session.path(Type::realpath, "no/such").code(), Code::no_such_file);
  EXPECT_EQ(session.extended("home-directory", {"root"}).text(), "/");
  EXPECT_EQ(session.extended("expand-path@openssh.com", {"~"}).text(), "/");
  EXPECT_EQ(session.extended("expand-path@openssh.com", {"~/a/../in"}).text(), "/a/b");
  EXPECT_EQ(session.extended("expand-path@openssh.com", {"a"}).text(), "/a");
  EXPECT_EQ(session.extended("expand-path@openssh.com", {"~root"}).code(), Code::no_such_file);
}

TEST(Filter, KeepsTheUpstreamsWordsToItselfInAJailOnly) {
  auto server = tree();
  Session jailed{kJail, server};
  EXPECT_EQ(jailed.path(Type::stat, "/nothing").body, Session::number(2) + Session::fields({"No such file", ""}));
  auto open_server = tree();
  Session free{{"", SftpSymlinks::inside, SftpAccess::read_write, true}, open_server};
  EXPECT_EQ(free.path(Type::stat, "/nothing").body,
            Session::number(2) + Session::fields({"upstream words with /srv in them", ""}));
}

TEST(Filter, WithoutAJailPathsAreNotTouched) {
  auto server = tree();
  Session session{{"", SftpSymlinks::inside, SftpAccess::read_write, true}, server};
  EXPECT_EQ(session.path(Type::realpath, "web/..").text(), "/home/me");
  EXPECT_EQ(session.path(Type::stat, "//etc//file").type, Type::attrs);
  EXPECT_EQ(session.two(Type::symlink, "../../x", "l").code(), Code::ok);
  EXPECT_EQ(server.asked, (std::vector<std::string>{"16 web/..", "17 //etc//file", "20 ../../x l"}));
  EXPECT_EQ(of<Operation>(session).at(0).paths, (std::vector<std::string>{"../../x", "l"}));
}

TEST(Filter, TheRootItselfStays) {
  auto server = tree();
  Session session{kJail, server};
  const auto none = Session::number(0);
  EXPECT_EQ(session.path(Type::remove, "/").code(), Code::permission_denied);
  EXPECT_EQ(session.path(Type::rmdir, "a/..").code(), Code::permission_denied);
  EXPECT_EQ(session.path(Type::setstat, "/..", none).code(), Code::permission_denied);
  EXPECT_EQ(session.extended("lsetstat@openssh.com", {"."}, none).code(), Code::permission_denied);
  EXPECT_EQ(session.two(Type::rename, "/", "/x").code(), Code::permission_denied);
  EXPECT_EQ(session.two(Type::rename, "/a", "/").code(), Code::permission_denied);
  EXPECT_EQ(session.extended("posix-rename@openssh.com", {"/", "/x"}).code(), Code::permission_denied);
  EXPECT_EQ(session.open("/", kWrite | kCreate).code(), Code::permission_denied);
  EXPECT_EQ(session.path(Type::lstat, "/").type, Type::attrs);
  const auto folder = session.open("/", kRead).text();
  EXPECT_EQ(session.call(Type::fstat, Session::fields({folder})).type, Type::attrs);
  EXPECT_EQ(session.call(Type::fsetstat, Session::fields({folder}) + none).code(), Code::permission_denied);
  EXPECT_EQ(of<DeniedRequest>(session).at(0).why, "the root itself");
}

TEST(Filter, ShowsTheParentOfTheRootAsTheRoot) {
  auto server = tree();
  Session session{kJail, server};
  const auto list = [&](std::string_view folder) {
    const auto reply = session.call(Type::readdir, Session::fields({session.path(Type::opendir, folder).text()}));
    const auto names = read_names(reply.body);
    std::map<std::string, std::pair<std::string, std::uint32_t>> result;
    for (const auto& name : *names)
      result[std::string{name.file}] = {std::string{name.line}, name.attributes.mode.value_or(0)};
    return result;
  };
  EXPECT_EQ(list("/")[".."], (std::pair<std::string, std::uint32_t>{"line of 3615 ..", 0xe1f}));
  EXPECT_EQ(list("/").size(), 4U);
  EXPECT_EQ(list("/a")[".."], (std::pair<std::string, std::uint32_t>{"line of 3501 ..", 0xdad}));
}

TEST(Filter, RefusesWhatIsNoPath) {
  auto server = tree();
  Session session{kJail, server};
  const auto asked = server.asked.size();
  EXPECT_EQ(session.path(Type::stat, std::string_view{"a\0b", 3}).code(), Code::bad_message);
  EXPECT_EQ(session.path(Type::stat, std::string(65536, 'a')).code(), Code::bad_message);
  EXPECT_EQ(session.two(Type::symlink, std::string_view{"a\0b", 3}, "l").code(), Code::bad_message);
  EXPECT_EQ(server.asked.size(), asked);
  EXPECT_EQ(session.path(Type::stat, std::string(4096, '/')).type, Type::attrs);
}

TEST(Filter, AnswersWhatItDoesNotKnowItself) {
  auto server = tree();
  Session session{kJail, server};
  const auto asked = server.asked.size();
  EXPECT_EQ(session.extended("copy-file", {"/a", "/b"}).code(), Code::op_unsupported);
  EXPECT_EQ(session.call(static_cast<Type>(22), "").code(), Code::op_unsupported);
  EXPECT_EQ(session.call(Type::name, "").code(), Code::op_unsupported);
  EXPECT_EQ(server.asked.size(), asked);
}

TEST(Filter, OnlyHandlesThatWereGivenAreGood) {
  auto server = tree();
  Session session{kJail, server};
  EXPECT_EQ(session.read("h0").code(), Code::failure);
  const auto handle = session.open("file", kRead).text();
  EXPECT_EQ(session.read(handle).text(), "inside");
  EXPECT_EQ(session.close(handle).code(), Code::ok);
  const auto asked = server.asked.size();
  EXPECT_EQ(session.read(handle).code(), Code::failure);
  EXPECT_EQ(session.close(handle).code(), Code::failure);
  EXPECT_EQ(server.asked.size(), asked);
}

/// The pieces in which bytes come change nothing.
TEST(Filter, PiecesOfAnySizeAreTheSame) {
  std::string first;
  for (const std::size_t chunk :
       {std::size_t{1} << 20, std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{64}}) {
    auto server = tree();
    Session session{kJail, server, chunk};
    session.type(Writer{Type::mkdir, 1}.string("/new").u32(0));
    session.type(Writer{Type::open, 2}.string("new/f").u32(kRead | kWrite | kCreate).u32(0));
    session.type(Writer{Type::write, 3}.string("h0").u32(0).u32(0).string("too early, or not"));
    session.type(Writer{Type::rename, 4}.string("file").string("new/g"));
    session.type(Writer{Type::symlink, 5}.string("/new").string("l"));
    session.type(Writer{Type::stat, 6}.string("/l/g"));
    session.type(Writer{Type::stat, 6}.string("/l/nothing"));
    const auto replies = session.replies();
    std::multiset<std::string> result;
    for (const auto& reply : replies)
      if (reply.id != 3)
        result.insert(std::to_string(reply.id) + ' ' + std::to_string(static_cast<int>(reply.type)) + reply.body);
    EXPECT_EQ(replies.size(), 7U);
    EXPECT_TRUE(server.nodes.contains("/srv/www/new/g"));
    std::string all;
    for (const auto& line : result) all += line;
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << chunk;
  }
}

TEST(Filter, NothingIsAskedBeforeTheRootIsKnown) {
  Line line{kJail};
  auto server = tree();
  const auto init = bytes_of(Writer{Type::init}.u32(3));
  const auto stat = bytes_of(Writer{Type::stat, 7}.string("/a/file"));
  line.upward.in = init + stat;
  EXPECT_EQ(line.upward.offer(), init.size());
  const auto turn = [&] {
    line.down(server.take(line.upward.drain()));
    EXPECT_EQ(line.downward.in, "");
  };
  turn();
  EXPECT_EQ(line.upward.offer(), 0U) << "the root is not known yet";
  turn();
  EXPECT_EQ(line.upward.offer(), stat.size());
}

/// A filter without a jail, whose client has the file f open as `H`.
struct OpenLine : Line {
  explicit OpenLine(SftpAccess access = SftpAccess::read_write) : Line{{"", SftpSymlinks::inside, access, true}} {
    send_identification();
    up(Writer{Type::open, 5}.string("f").u32(1).u32(0));
    down(Writer{Type::handle, 0}.string("H"));
    downward.drain();
  }
};

Writer write(std::uint32_t id, std::string_view payload, std::string_view handle = "H") {
  return std::move(Writer{Type::write, id}.string(handle).u32(0).u32(0).string(payload));
}
Writer read(std::uint32_t id, std::uint32_t length) {
  return std::move(Writer{Type::read, id}.string("H").u32(0).u32(0).u32(length));
}
Writer data(std::uint32_t id, std::string_view payload) {
  return std::move(Writer{Type::data, id}.string(payload));
}

TEST(Filter, PayloadsPassBeforeTheyAreWhole) {
  OpenLine line;
  constexpr std::uint32_t kMany = 8 << 20;
  const std::string payload(kMany, 'p');
  const auto pass = [&](test::Way& way, const std::string& frame, const std::string& expected) {
    std::string passed;
    for (std::size_t at = 0; at < frame.size(); at += 100'000) {
      way.in += frame.substr(at, 100'000);
      passed += way.pump();
      EXPECT_EQ(passed.size(), std::min(frame.size(), at + 100'000));
    }
    EXPECT_TRUE(passed == expected);
  };
  pass(line.upward, bytes_of(write(6, payload)), bytes_of(write(1, payload)));
  line.up(read(7, kMany));
  pass(line.downward, bytes_of(data(2, payload)), bytes_of(data(7, payload)));
}

/// What goes on as it is stays where it is: one run, in which only the numbers are other ones.
TEST(Filter, FramesThatPassOneAfterTheOtherAreOneRun) {
  OpenLine line;
  line.upward.in = bytes_of(write(6, "one")) + bytes_of(write(7, "")) + bytes_of(write(8, "three"));
  const std::size_t size = line.upward.in.size();
  EXPECT_EQ(line.upward.offer(), size);
  EXPECT_EQ(line.out.up.run(), size);
  EXPECT_EQ(line.out.up.held(), 0U);
  EXPECT_EQ(line.upward.in, bytes_of(write(1, "one")) + bytes_of(write(2, "")) + bytes_of(write(3, "three")));
}

/// A run ends before whatever does not pass: what is refused, what is gathered, what there is only half of.
TEST(Filter, ARunEndsBeforeWhatDoesNotPass) {
  const std::string one = bytes_of(write(6, "one")), passed = bytes_of(write(1, "one"));
  const std::pair<std::string, std::string> kTable[] = {
      {bytes_of(write(7, "denied", "none")), ""},
      {bytes_of(read(7, 9)), bytes_of(read(2, 9))},
      {bytes_of(write(7, "")).substr(0, 20), ""},
      {bytes_of(write(7, "two").raw("surplus")), bytes_of(write(2, "two"))}};
  for (const auto& [next, goes_on] : kTable) {
    for (const std::size_t most : {std::string::npos, std::size_t{3}}) {
      OpenLine line;
      line.upward.in = one + next;
      std::string sent;
      while (line.upward.offer() > 0 || line.out.up.run() > 0) sent += line.upward.drain(most);
      while (line.out.up.held() > 0) sent += line.upward.drain(most);
      EXPECT_EQ(sent, passed + goes_on);
      EXPECT_EQ(line.upward.in, "");
      EXPECT_EQ(line.up(one),
                goes_on.empty() && next.size() == 20 ? "" : bytes_of(write(goes_on.empty() ? 2 : 3, "one")));
    }
  }
}

TEST(Filter, ThousandsMayBeOutstandingAndIdsMayBeUsedTwice) {
  auto server = tree();
  Session session{kJail, server};
  const auto handle = session.open("file", kRead).text();
  for (std::uint32_t i = 0; i < 5000; ++i)
    session.type(Writer{Type::read, i % 100}.string(handle).u32(0).u32(0).u32(262144));
  std::map<std::uint32_t, int> answers;
  for (const auto& reply : session.replies()) {
    EXPECT_EQ(reply.text(), "inside");
    ++answers[reply.id];
  }
  EXPECT_EQ(answers.size(), 100U);
  for (const auto& [id, n] : answers) EXPECT_EQ(n, 50) << id;
}

TEST(Filter, ClientThatReadsNothingIsNotServedEndlessly) {
  Line line{{"", SftpSymlinks::inside, SftpAccess::read_write, true}};
  line.send_identification();
  const auto feed = [&](const Writer& writer) {
    line.upward.in = bytes_of(writer);
    return line.upward.offer() > 0;
  };
  int taken = 0;
  while (taken < 1'000'000 && feed(Writer{static_cast<Type>(99), 1})) ++taken;
  EXPECT_LT(taken, 20'000);
  EXPECT_GT(taken, 0);
  line.downward.drain();
  taken = 0;
  while (taken < 1'000'000 && feed(std::move(Writer{Type::stat, 1}.string("x")))) ++taken, line.upward.drain();
  EXPECT_LT(taken, 20'000);
  EXPECT_GT(taken, 0);
}

TEST(Filter, RecordsWhatWasDone) {
  auto server = tree();
  Session session{kJail, server};
  const auto file = session.open("new", kRead | kWrite | kCreate).text(), other = session.open("a/file", kRead).text();
  session.write(file, "12345");
  session.write(file, "123");
  EXPECT_EQ(
      session.call(Type::write, Session::fields({file}) + std::string(8, '\x7f') + Session::fields({"fails"})).code(),
      Code::failure);
  session.read(file, 4);
  session.read(other);
  session.path(Type::opendir, "/a");
  session.now += std::chrono::milliseconds{1500};
  session.close(file);
  session.path(Type::mkdir, "d", Session::number(0));
  session.two(Type::rename, "nothing", "x");
  session.path(Type::remove, "/a/../new");
  session.filter().finish(session.now);

  const auto closed = of<FileClosed>(session);
  ASSERT_EQ(closed.size(), 2U);
  EXPECT_EQ(closed[0].path, "/new");
  EXPECT_EQ(closed[0].bytes_written, 8U);
  EXPECT_EQ(closed[0].bytes_read, 4U);
  EXPECT_EQ(closed[0].duration.count(), 1500);
  EXPECT_FALSE(closed[0].forced);
  EXPECT_EQ(closed[1].path, "/a/file");
  EXPECT_EQ(closed[1].bytes_read, 4U);
  EXPECT_TRUE(closed[1].forced);
  const auto done = of<Operation>(session);
  ASSERT_EQ(done.size(), 3U);
  EXPECT_EQ(done[0].name, "mkdir");
  EXPECT_EQ(done[1].paths, (std::vector<std::string>{"/nothing", "/x"}));
  EXPECT_EQ(done[1].status, 2U);
  EXPECT_EQ(done[2].paths, std::vector<std::string>{"/new"});
}

TEST(Filter, RecordsOnlyDenialsWithoutLog) {
  auto server = tree();
  Session session{{"/srv/www", SftpSymlinks::inside, SftpAccess::read_only, false}, server};
  session.close(session.open("file", kRead).text());
  session.path(Type::remove, "/a/../file");
  ASSERT_EQ(session.events.size(), 1U);
  const auto denied = of<DeniedRequest>(session);
  EXPECT_EQ(denied.at(0).name, "remove");
  EXPECT_EQ(denied.at(0).paths, std::vector<std::string>{"/file"});
  EXPECT_EQ(denied.at(0).why, "read-only");
}

/// A WRITE that is denied takes its payload with it.
TEST(Filter, SkipsThePayloadOfADeniedWrite) {
  auto server = tree();
  Session session{{"", SftpSymlinks::inside, SftpAccess::read_only, false}, server};
  session.type(Writer{Type::write, 1}.string("h").u32(0).u32(0).string(std::string(100'000, 'x')));
  session.type(Writer{Type::stat, 2}.string("/etc/file"));
  const auto replies = session.replies();
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].code(), Code::permission_denied);
  EXPECT_EQ(replies[1].type, Type::attrs);
}

/// rclone's last WRITE of a file has bytes behind its data; sftp-server ignores them, and so the upstream never gets
/// them.
TEST(Filter, DropsWhatFollowsThePayloadInAFrame) {
  for (const std::size_t step : {1UL, 7UL, 1000UL}) {
    OpenLine line;
    std::string sent, seen;
    const std::string up = bytes_of(write(8, "abc").raw("trailing")) + bytes_of(read(9, 9));
    for (std::size_t at = 0; at < up.size(); at += step) sent += line.up(up.substr(at, step));
    EXPECT_EQ(sent, bytes_of(write(1, "abc")) + bytes_of(read(2, 9)));
    const std::string down = bytes_of(data(2, "xyz").raw("trailing"));
    for (std::size_t at = 0; at < down.size(); at += step) seen += line.down(down.substr(at, step));
    EXPECT_EQ(seen, bytes_of(data(9, "xyz")));
    EXPECT_EQ(line.filter.broken(), "");
  }
}

}  // namespace
}  // namespace pysshrp::sftp
