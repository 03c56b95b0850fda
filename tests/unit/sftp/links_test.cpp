#include <gtest/gtest.h>

#include "session.h"

namespace pysshrp::sftp {
namespace {

using test::Server;
using test::Session;
using Realpath = Server::Realpath;

constexpr Realpath kServers[] = {Realpath::openssh, Realpath::existing_only, Realpath::tidies_only};

Server tree(Realpath realpath = Realpath::openssh) {
  Server server{realpath};
  for (const char* folder : {"/srv", "/srv/www", "/srv/www/a", "/srv/www/a/b", "/srv/www/c", "/etc"})
    server.nodes[folder] = {'d', {}};
  server.nodes["/srv/www/a/file"] = {'f', "inside"};
  server.nodes["/etc/file"] = {'f', "secret"};
  server.nodes["/srv/www/in"] = {'l', "a"};
  server.nodes["/srv/www/out"] = {'l', "/etc"};
  server.nodes["/srv/www/dangling"] = {'l', "/etc/new"};
  server.nodes["/srv/www/chain"] = {'l', "dangling"};
  server.nodes["/srv/www/loop"] = {'l', "loop"};
  server.nodes["/srv/www/deep"] = {'l', "/etc/no/such"};
  return server;
}
Policy jail(SftpSymlinks symlinks = SftpSymlinks::inside) {
  return {"/srv/www", symlinks, SftpAccess::read_write, false};
}

void expect_inside(const Server& server) {
  for (const auto& path : server.touched) EXPECT_TRUE(view("/srv/www", path)) << path;
}

TEST(Links, InsideAreFollowedAndTheResolvedPathGoesOn) {
  auto server = tree();
  Session session{jail(), server};
  EXPECT_EQ(session.read(session.open("/in/file", kRead).text()).text(), "inside");
  EXPECT_EQ(session.path(Type::lstat, "/in/file").type, Type::attrs);
  const std::vector<std::string> kAsked{"16 /srv/www/in/file", "3 /srv/www/a/file", "16 /srv/www/a/file", "5",
                                        "16 /srv/www/in",      "7 /srv/www/a/file"};
  EXPECT_EQ(std::vector<std::string>(server.asked.begin() + 3, server.asked.end()), kAsked);
}

TEST(Links, AreDeniedWhereTheUpstreamDoesNotResolveThem) {
  auto server = tree(Realpath::tidies_only);
  Session session{jail(), server};
  EXPECT_EQ(session.open("/in/file", kRead).code(), Code::permission_denied);
  EXPECT_EQ(session.open("/a/file", kRead).type, Type::handle);
}

TEST(Links, AreDeniedByDeny) {
  for (const auto realpath : kServers) {
    auto server = tree(realpath);
    Session session{jail(SftpSymlinks::deny), server};
    EXPECT_EQ(session.open("/in/file", kRead).code(), Code::permission_denied);
    EXPECT_EQ(session.path(Type::stat, "/in").code(), Code::permission_denied);
    EXPECT_EQ(session.path(Type::lstat, "/in").type, Type::attrs);
    EXPECT_EQ(session.open("/a/file", kRead).type, Type::handle);
    EXPECT_EQ(session.path(Type::realpath, "/in").code(), Code::permission_denied);
    EXPECT_EQ(session.path(Type::realpath, "/a/file").text(), "/a/file");
  }
}

TEST(Links, AreFollowedAnywhereByFollow) {
  auto server = tree();
  Session session{jail(SftpSymlinks::follow), server};
  EXPECT_EQ(session.read(session.open("/out/file", kRead).text()).text(), "secret");
  EXPECT_EQ(session.path(Type::realpath, "out/../../x").text(), "/x");
  EXPECT_EQ(server.asked, (std::vector<std::string>{"16 /srv/www", "16 .", "3 /srv/www/out/file", "5"}));
  EXPECT_EQ(session.two(Type::symlink, "../../etc", "/a/l").code(), Code::permission_denied);
}

TEST(Links, CreatingThroughADanglingOneStaysInside) {
  for (const auto realpath : kServers) {
    for (const auto symlinks : {SftpSymlinks::inside, SftpSymlinks::deny}) {
      auto server = tree(realpath);
      server.nodes["/srv/www/a/dangling"] = {'l', "/etc/new"};
      Session session{jail(symlinks), server};
      for (const char* link : {"dangling", "chain", "deep", "loop", "out/new", "a/dangling"}) {
        const auto code = session.open(link, kWrite | kCreate).code();
        EXPECT_TRUE(code == Code::permission_denied || code == Code::no_such_file) << link;
      }
      EXPECT_EQ(session.open("a/new", kWrite | kCreate).type, Type::handle);
      EXPECT_EQ(session.open("new", kWrite | kCreate).type, Type::handle);
      EXPECT_EQ(session.open("no/new", kWrite | kCreate).code(), Code::no_such_file);
      EXPECT_FALSE(server.nodes.contains("/etc/new"));
      EXPECT_TRUE(server.nodes.contains("/srv/www/a/new"));
      expect_inside(server);
    }
  }
}

TEST(Links, MadeByTheClientStayInside) {
  auto server = tree();
  Session session{jail(), server};
  const std::pair<const char*, const char*> kStored[] = {
      {"/a/file", "/srv/www/a/file"}, {"file", "file"}, {"../c", "/srv/www/./c"}, {"/../../etc", "/srv/www/etc"}};
  for (const auto& [target, stored] : kStored) {
    EXPECT_EQ(session.two(Type::symlink, target, "/a/l").code(), Code::ok) << target;
    EXPECT_EQ(server.nodes["/srv/www/a/l"].text, stored);
    EXPECT_EQ(session.path(Type::remove, "/a/l").code(), Code::ok);
  }
  for (const char* target : {"../../etc", "../../../etc", "/out/file", "/dangling", "../out"})
    EXPECT_EQ(session.two(Type::symlink, target, "/a/l").code(), Code::permission_denied) << target;
  EXPECT_FALSE(server.nodes.contains("/srv/www/a/l"));
  session.two(Type::symlink, "../c", "/a/l");
  EXPECT_EQ(session.path(Type::readlink, "/a/l").text(), "../c");
  EXPECT_EQ(session.path(Type::readlink, "/out").text(), "/nonexistent") << "tar and rsync go on";
  EXPECT_EQ(session.path(Type::readlink, "/dangling").text(), "/nonexistent");
}

TEST(Links, HaveNoTargetInALine) {
  auto server = tree();
  server.tells_targets = true;
  server.nodes.erase("/srv/www/out");
  const std::map<std::string, std::string> kLinks{
      {"x", "/srv/other/x"}, {"y", "/srv/other"}, {"a -> b", "/srv/a -> b"}, {"z", "z"}};
  for (const auto& [name, target] : kLinks) server.nodes["/srv/www/a/b/" + name] = {'l', target};
  server.nodes["/srv/www/a/b/c -> d"] = {'f', {}};
  Session session{jail(), server};
  const auto reply = session.call(Type::readdir, Session::fields({session.path(Type::opendir, "/a/b").text()}));
  const auto names = read_names(reply.body);
  ASSERT_TRUE(names);
  EXPECT_EQ(names->size(), 7U);
  for (const auto& name : *names) {
    if (name.file.starts_with('.')) continue;
    const bool is_link = kLinks.contains(std::string{name.file});
    EXPECT_EQ(name.line, "line of " + std::string{is_link ? "41380 " : "33188 "} + std::string{name.file});
  }
}

/// Erlang's and Twisted's servers take a relative target as below the login directory.
TEST(Links, StayInsideWhereTheUpstreamJoinsTargets) {
  for (const auto order : {Server::Symlink::target_first, Server::Symlink::link_first}) {
    auto server = tree();
    server.symlink = order;
    server.keeps_targets = false;
    Session session{jail(), server};
    for (const char* target : {"file", "./file", "b/../file", "../a/file"}) {
      EXPECT_EQ(session.two(Type::symlink, target, "/a/l").code(), Code::ok) << target;
      EXPECT_EQ(confine(server.nodes["/srv/www/a/l"].text), "/srv/www/a/file");
      EXPECT_EQ(session.path(Type::remove, "/a/l").code(), Code::ok);
    }
    session.two(Type::symlink, "file", "/a/l");
    EXPECT_EQ(session.path(Type::readlink, "/a/l").text(), "file");
  }
}

TEST(Links, MadeByTheClientStayInsideWhenTheyAreMoved) {
  auto server = tree();
  Session session{jail(), server};
  EXPECT_EQ(session.two(Type::symlink, "../../c", "/a/b/l").code(), Code::ok);
  EXPECT_EQ(session.path(Type::readlink, "/a/b/l").text(), "../../c");
  EXPECT_EQ(session.two(Type::rename, "/a/b", "/moved").code(), Code::ok);
  EXPECT_EQ(confine(server.nodes["/srv/www/moved/l"].text), "/srv/www/c");
  EXPECT_EQ(session.two(Type::rename, "/moved/l", "/l").code(), Code::ok);
  EXPECT_EQ(confine(server.nodes["/srv/www/l"].text), "/srv/www/c");
  EXPECT_EQ(session.path(Type::realpath, "/l").text(), "/c");
}

/// Nobody sees on the wire which of the two strings is the link.
TEST(Links, AreMadeInTheOrderThatTheUpstreamReads) {
  for (const auto order : {Server::Symlink::target_first, Server::Symlink::link_first}) {
    for (const bool is_link_first_client : {false, true}) {
      for (const char* root : {"/srv/www", ""}) {
        auto server = tree();
        server.symlink = order;
        Policy policy = jail();
        policy.root = root;
        policy.log = true;
        policy.likely_order = SymlinkOrder::link_first;
        policy.client_sends_link_first = is_link_first_client;
        Session session{policy, server};
        const bool swaps = is_link_first_client && order == Server::Symlink::link_first;
        const auto link = [&](std::string_view target, const std::string& name) {
          return (swaps ? session.two(Type::symlink, name, target) : session.two(Type::symlink, target, name)).code();
        };
        const std::string at = *root ? "/a/l" : "/srv/www/a/l";
        EXPECT_EQ(link("file", at), Code::ok);
        EXPECT_EQ(server.nodes["/srv/www/a/l"].text, "file");
        EXPECT_EQ(link("file", at + '2'), Code::ok);
        EXPECT_EQ(server.nodes["/srv/www/a/l2"].text, "file") << "the order is not asked for again";
        const auto* made = std::get_if<Operation>(&session.events.back());
        ASSERT_TRUE(made);
        EXPECT_EQ(made->paths, (std::vector<std::string>{"file", at + '2'}));
      }
    }
  }
}

TEST(Links, ComeIntoBeingOutsideInNeitherOrder) {
  for (const auto order : {Server::Symlink::target_first, Server::Symlink::link_first}) {
    auto server = tree();
    server.symlink = order;
    server.nodes["/home/me/.ssh"] = server.nodes["/home/me/www"] = {'d', {}};
    server.nodes["/home/me/www/keys"] = {'f', {}};
    const auto before = server.nodes;
    Policy policy = jail();
    policy.root = "www";
    Session session{policy, server};
    for (const char* target :
         {".ssh/authorized_keys", "/home/me/.ssh/authorized_keys", "../.ssh/x", ".profile", "name"})
      for (const char* link : {"keys", "/keys", "/link", "../.ssh/y"}) session.two(Type::symlink, target, link);
    for (const auto& [path, node] : server.nodes)
      EXPECT_TRUE(before.contains(path) || path.starts_with("/home/me/www/")) << path << " -> " << node.text;
    EXPECT_TRUE(server.nodes.contains("/home/me/www/link")) << "none was made";
  }
}

TEST(Links, AreRefusedInTheJailWhereTheOrderIsNotShown) {
  auto server = tree();
  server.symlink = Server::Symlink::fails;
  Session session{jail(), server};
  EXPECT_EQ(session.two(Type::symlink, "file", "/a/l").code(), Code::permission_denied);
  ASSERT_EQ(session.events.size(), 1U);
  EXPECT_EQ(std::count(server.asked.begin(), server.asked.end(), "20 file /srv/www/a/l"), 0);

  auto without = tree();
  without.symlink = Server::Symlink::unsupported;
  Session other{jail(), without};
  EXPECT_EQ(other.two(Type::symlink, "file", "/a/l").code(), Code::op_unsupported);

  Session open{{"", SftpSymlinks::inside, SftpAccess::read_write, true}, server};
  EXPECT_EQ(open.two(Type::symlink, "file", "/srv/www/a/l").code(), Code::failure) << "as the upstream says";
  EXPECT_EQ(server.asked.back(), "20 file /srv/www/a/l");
}

TEST(Links, AreNotAskedForWhereNoneMayBeMade) {
  auto server = tree();
  Session session{{"/srv/www", SftpSymlinks::inside, SftpAccess::read_only, false}, server};
  EXPECT_EQ(session.two(Type::symlink, "file", "/a/l").code(), Code::permission_denied);
  EXPECT_FALSE(server.asked.back().starts_with("20"));
}

TEST(Links, ThatLeadOutsideMayBeRemovedButNotMoved) {
  auto server = tree();
  server.nodes["/srv/www/up"] = {'l', "../www-secret"};
  server.nodes["/srv/www/a/b/up"] = {'l', "../../c"};
  server.nodes["/srv/www/a/b/far"] = {'l', "/srv/www/c/../c"};
  Session session{jail(), server};
  for (const char* link : {"/out", "/dangling", "/chain", "/deep", "/a/b/far", "/up"}) {
    EXPECT_EQ(session.two(Type::rename, link, "/a/b/moved").code(), Code::permission_denied) << link;
    EXPECT_EQ(session.two(Type::rename, link, "/moved").code(), Code::permission_denied) << link;
    EXPECT_EQ(session.extended("hardlink@openssh.com", {link, "/moved"}).code(), Code::permission_denied) << link;
  }
  EXPECT_EQ(session.two(Type::rename, "/a/b/up", "/up").code(), Code::permission_denied)
      << "from there it would lead outside";
  EXPECT_EQ(session.two(Type::rename, "/a/b/up", "/a/b/up2").code(), Code::ok);
  EXPECT_EQ(session.extended("posix-rename@openssh.com", {"/in", "/in2"}).code(), Code::ok);
  EXPECT_EQ(session.path(Type::remove, "/out").code(), Code::ok);
  EXPECT_TRUE(server.nodes.contains("/etc/file"));
}

/// Somebody swaps a folder and a link between the check and the open.
TEST(Race, IsSeenBeforeTheClientHasItsHandle) {
  auto server = tree();
  server.nodes["/etc/b"] = {'d', {}};
  Session session{jail(), server};
  static bool swapped;
  swapped = false;
  server.after = [](Server& there, Type type) {
    if (type != Type::realpath || std::exchange(swapped, true)) return;
    there.move("/srv/www/a", "/srv/www/away");
    there.move("/srv/www/out", "/srv/www/a");
  };
  EXPECT_EQ(session.open("/a/file", kRead).code(), Code::permission_denied);
  EXPECT_EQ(server.asked.back(), "4") << "the handle is closed";
  ASSERT_EQ(session.events.size(), 1U);
  EXPECT_EQ(session.read("h0").code(), Code::failure);

  for (const auto symlinks : {SftpSymlinks::inside, SftpSymlinks::deny}) {
    auto other = tree(Realpath::tidies_only);
    other.nodes["/etc/b"] = {'d', {}};
    Session slow{jail(symlinks), other};
    swapped = false;
    other.after = [](Server& there, Type type) {
      if (type != Type::lstat || there.asked.back() != "7 /srv/www/a/b" || std::exchange(swapped, true)) return;
      there.move("/srv/www/a", "/srv/www/away");
      there.move("/srv/www/out", "/srv/www/a");
    };
    EXPECT_EQ(slow.path(Type::opendir, "/a/b").code(), Code::permission_denied);
    EXPECT_TRUE(other.touched.contains("/etc/b"));
    EXPECT_EQ(other.asked.back(), "4");
  }
}

TEST(Race, IsSeenAlsoWhenTheLinkLeadsInside) {
  auto server = tree();
  server.nodes["/srv/www/c/file"] = {'f', "somebody else's"};
  Session session{jail(), server};
  static bool swapped;
  swapped = false;
  server.after = [](Server& there, Type type) {
    if (type != Type::realpath || std::exchange(swapped, true)) return;
    there.move("/srv/www/a", "/srv/www/away");
    there.nodes["/srv/www/a"] = {'l', "c"};
  };
  EXPECT_EQ(session.open("/a/file", kRead).code(), Code::permission_denied);
}

/// The handle is known to the upstream while it is being checked, and it is easy to guess.
TEST(Race, AGuessedHandleIsNoGood) {
  auto server = tree();
  Session session{jail(), server};
  session.type(Writer{Type::open, 1}.string("/a/file").u32(kRead).u32(0));
  for (std::uint32_t i = 0; i < 3; ++i) session.type(Writer{Type::read, 2}.string("h0").u32(0).u32(0).u32(100));
  const auto replies = session.replies();
  EXPECT_EQ(replies.size(), 4U);
  for (const auto& reply : replies) EXPECT_NE(reply.type, Type::data);
}

}  // namespace
}  // namespace pysshrp::sftp
