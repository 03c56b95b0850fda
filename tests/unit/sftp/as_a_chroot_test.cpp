#include <gtest/gtest.h>

#include "session.h"

// In a jail a client is answered as sftp-server in a chroot would answer, and other servers are usable in it.
namespace pysshrp::sftp {
namespace {

using test::Server;
using test::Session;

const Policy kJail{"/srv/www", SftpSymlinks::inside, SftpAccess::read_write, false};

Server tree() {
  Server server;
  for (const char* folder : {"/srv", "/srv/www", "/srv/www/a", "/etc"}) server.nodes[folder] = {'d', {}};
  server.nodes["/srv/www/a/file"] = server.nodes["/srv/www/file"] = {'f', "inside"};
  server.nodes["/srv/www/in"] = {'l', "a"};
  server.nodes["/srv/www/out"] = {'l', "/etc"};
  return server;
}

TEST(AsAChroot, TheRootIsThereAlready) {
  auto server = tree();
  Session session{kJail, server};
  for (const char* path : {"/", ".", "a/.."})
    EXPECT_EQ(session.path(Type::mkdir, path, Session::number(0)).code(), Code::failure) << path;
  EXPECT_TRUE(session.events.empty()) << "nobody has tried anything forbidden";
  Session reader{{"/srv/www", SftpSymlinks::inside, SftpAccess::read_only, false}, server};
  EXPECT_EQ(reader.path(Type::mkdir, "/", Session::number(0)).code(), Code::permission_denied);
}

TEST(AsAChroot, ASlashAtTheEndMeansAFolder) {
  auto server = tree();
  Session session{kJail, server};
  for (const char* file : {"/file/", "/file//", "/file/.", "/in/", "/a/"})
    EXPECT_NE(session.path(Type::remove, file).code(), Code::ok) << file;
  EXPECT_TRUE(server.nodes.contains("/srv/www/file"));
  EXPECT_TRUE(server.nodes.contains("/srv/www/in"));
  for (const auto type : {Type::stat, Type::lstat, Type::realpath, Type::opendir}) {
    EXPECT_EQ(session.path(type, "/file/").code(), Code::no_such_file) << static_cast<int>(type);
    EXPECT_EQ(session.path(type, "/a/").code(), Code::ok) << static_cast<int>(type);
    EXPECT_EQ(session.path(type, "/in/").code(), Code::ok) << static_cast<int>(type);
    EXPECT_EQ(session.path(type, "/out/").code(), Code::permission_denied) << static_cast<int>(type);
  }
  EXPECT_EQ(session.path(Type::realpath, "/in/").text(), "/a");
  EXPECT_EQ(session.open("/file/", kRead).code(), Code::no_such_file);
  EXPECT_EQ(session.path(Type::mkdir, "/new/", Session::number(0)).code(), Code::ok);
  EXPECT_EQ(session.path(Type::rmdir, "/new/").code(), Code::ok);
  for (const auto& path : server.touched) EXPECT_TRUE(path.starts_with("/srv/www")) << path;
}

TEST(AsAChroot, TheUpstreamsWordsArriveUnlessTheyMayHoldAPath) {
  const std::pair<std::string, std::string> kTable[] = {
      {"Quota exceeded", "Quota exceeded"},     {"Limite dépassée", "Limite dépassée"},
      {"no /srv/www/x", "No such file"},        {"no C:\\www\\x", "No such file"},
      {"there is no x in www", "No such file"}, {"two\nlines", "No such file"},
      {std::string(257, 'x'), "No such file"},  {"", "No such file"}};
  for (const auto& [said, arrives] : kTable) {
    auto server = tree();
    server.words = said;
    Session session{kJail, server};
    EXPECT_EQ(session.path(Type::stat, "/nothing").body, Session::number(2) + Session::fields({arrives, ""})) << said;
  }
}

/// Modes without the type of the file, or none at all: READLINK tells links.
TEST(AsAChroot, ServersThatDoNotTellTypesAreUsable) {
  for (const auto symlinks : {SftpSymlinks::inside, SftpSymlinks::deny}) {
    auto server = tree();
    server.realpath = Server::Realpath::tidies_only;
    server.tells_types = false;
    server.nodes["/srv/www/a/link"] = {'l', "file"};
    Policy policy = kJail;
    policy.symlinks = symlinks;
    Session session{policy, server};
    EXPECT_EQ(session.open("/a/file", kRead).type, Type::handle);
    EXPECT_EQ(session.path(Type::stat, "/a/file").type, Type::attrs);
    EXPECT_EQ(session.open("/a/new", kWrite | kCreate).type, Type::handle);
    EXPECT_EQ(session.open("/in/file", kRead).code(), Code::permission_denied);
    EXPECT_EQ(session.path(Type::stat, "/out").code(), Code::permission_denied);
    EXPECT_EQ(session.two(Type::rename, "/a/file", "/a/moved").code(), Code::ok);
    EXPECT_EQ(session.two(Type::rename, "/out", "/elsewhere").code(), Code::permission_denied);
    for (const auto& path : server.touched) EXPECT_TRUE(path.starts_with("/srv/www")) << path;
    server.has_readlink = false;
    EXPECT_EQ(session.path(Type::stat, "/a/new").code(), Code::permission_denied)
        << "nobody knows whether it is a link";
    EXPECT_EQ(session.two(Type::rename, "/a/moved", "/a/file").code(), Code::permission_denied);
  }
}

TEST(AsAChroot, ThousandsOfFilesMayBeOpenAndNoMoreArePromised) {
  const std::pair<std::uint32_t, std::uint32_t> kTable[] = {{1'048'571, 8192}, {0, 8192}, {1019, 1019}};
  for (const std::string root : {"/srv/www", ""}) {
    for (const auto& [said, promised] : kTable) {
      auto server = tree();
      server.max_handles = said;
      Session session{{root, SftpSymlinks::inside, SftpAccess::read_write, false}, server};
      const auto limits = session.extended("limits@openssh.com", {}).body;
      EXPECT_EQ(limits.substr(24), Session::number(0) + Session::number(promised));
    }
    auto server = tree();
    Session session{{root, SftpSymlinks::inside, SftpAccess::read_write, false}, server};
    const std::string file = root.empty() ? "/srv/www/file" : "/file";
    int open = 0;
    while (open < 9000 && session.open(file, kRead).type == Type::handle) ++open;
    EXPECT_EQ(open, 8192);
  }
}

}  // namespace
}  // namespace pysshrp::sftp
