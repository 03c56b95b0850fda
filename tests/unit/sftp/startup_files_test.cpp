#include <gtest/gtest.h>

#include <algorithm>

#include "session.h"

namespace pysshrp::sftp {
namespace {

using test::Line;
using test::Server;
using test::Session;

/// A home directory with what a login reads, and a folder of a customer in it.
Server home() {
  Server server;
  for (const char* folder : {"/home/me/.ssh", "/home/me/www", "/home/me/sub", "/srv", "/srv/www"})
    server.nodes[folder] = {'d', {}};
  for (const char* file : {"/home/me/.bashrc", "/home/me/.ssh/authorized_keys", "/home/me/file", "/home/me/sub/.bashrc",
                           "/home/me/www/.bashrc", "/srv/www/.bashrc"})
    server.nodes[file] = {'f', "text"};
  return server;
}

Policy policy(std::string root, UpstreamSftp upstream = UpstreamSftp::internal,
              SftpSymlinks symlinks = SftpSymlinks::inside) {
  return {std::move(root), symlinks, SftpAccess::read_write, false, upstream};
}

constexpr Code kOk = Code::ok, kDenied = Code::permission_denied;

TEST(StartupFiles, ARootThatHoldsThemIsNoneWhereAShellReadsThem) {
  for (const char* root : {".", "/home/me", "/home", "/", ".ssh", "/home/me/.ssh"}) {
    auto server = home();
    Session external{policy(root, UpstreamSftp::external), server};
    EXPECT_EQ(external.filter().broken().find("upstream_root_path holds the login directory"), 0U) << root;
    EXPECT_NE(external.filter().broken().find("upstream_sftp = internal"), std::string::npos);
    EXPECT_EQ(external.path(Type::stat, "/").code(), Code::no_connection) << root;
    Session internal{policy(root), server};
    EXPECT_EQ(internal.path(Type::stat, "/").code(), kOk) << root;
  }
  for (const char* root : {"www", "/home/me/www", "/srv", "/home/me/sub"}) {
    auto server = home();
    Session session{policy(root, UpstreamSftp::external), server};
    EXPECT_EQ(session.path(Type::stat, "/").code(), kOk) << root << session.filter().broken();
  }
}

TEST(StartupFiles, NobodyWritesThemInAHomeDirectory) {
  const auto none = Session::number(0);
  for (const auto symlinks : {SftpSymlinks::inside, SftpSymlinks::follow, SftpSymlinks::deny}) {
    auto server = home();
    Session session{policy(".", UpstreamSftp::internal, symlinks), server};
    const auto before = server.nodes.size();
    for (const char* path : {".bashrc", "/.bashrc", "//./.bashrc", "sub/../.bashrc", ".BASHRC", ".ssh/authorized_keys",
                             ".ssh/new", ".zshenv", ".profile", ".ssh/sub/../rc", "./.ssh//rc"}) {
      EXPECT_EQ(session.open(path, kWrite | kCreate).code(), kDenied) << path;
      EXPECT_EQ(session.path(Type::setstat, path, none).code(), kDenied) << path;
      EXPECT_EQ(session.extended("lsetstat@openssh.com", {path}, none).code(), kDenied) << path;
      EXPECT_EQ(session.path(Type::remove, path).code(), kDenied) << path;
      EXPECT_EQ(session.path(Type::mkdir, path, none).code(), kDenied) << path;
      EXPECT_EQ(session.path(Type::rmdir, path).code(), kDenied) << path;
      EXPECT_EQ(session.two(Type::rename, "file", path).code(), kDenied) << path;
      EXPECT_EQ(session.two(Type::rename, path, "other").code(), kDenied) << path;
      EXPECT_EQ(session.extended("posix-rename@openssh.com", {"file", path}).code(), kDenied) << path;
      EXPECT_EQ(session.extended("hardlink@openssh.com", {"file", path}).code(), kDenied) << path;
      EXPECT_EQ(session.extended("hardlink@openssh.com", {path, "other"}).code(), kDenied) << path;
      EXPECT_EQ(session.two(Type::symlink, "file", path).code(), kDenied) << path;
      EXPECT_EQ(session.two(Type::symlink, path, "other").code(), kDenied) << path;
    }
    EXPECT_EQ(server.nodes.size(), before);
    EXPECT_TRUE(std::ranges::all_of(session.events, [](const Event& event) {
      const auto* denied = std::get_if<DeniedRequest>(&event);
      return denied && denied->why == "a file that the login reads";
    }));
    EXPECT_EQ(session.events.size(), 13U * 11);
    EXPECT_EQ(session.open(".bashrc", kRead).code(), kOk);
  }
}

TEST(StartupFiles, AHandleToReadOneChangesNothing) {
  auto server = home();
  Session session{policy("."), server};
  const auto handle = session.open(".bashrc", kRead).text();
  EXPECT_EQ(session.call(Type::fsetstat, Session::fields({handle}) + Session::number(0)).code(), kDenied);
  EXPECT_EQ(session.write(handle, "x").code(), kDenied);
  const auto other = session.open("file", kRead | kWrite).text();
  EXPECT_EQ(session.call(Type::fsetstat, Session::fields({other}) + Session::number(0)).code(), kOk);
}

/// mkdir x; put x/rc; rename x .ssh
TEST(StartupFiles, NoFolderBecomesOne) {
  auto server = home();
  for (const char* folder : {"/home/me/.config", "/home/me/mine", "/home/me/mine/fish"})
    server.nodes[folder] = {'d', {}};
  {
    Session session{policy("."), server};
    EXPECT_EQ(session.two(Type::rename, "mine", ".ssh").code(), kDenied);
    EXPECT_EQ(session.two(Type::rename, "mine", ".SSH").code(), kDenied);
    EXPECT_EQ(session.two(Type::rename, "mine", ".config").code(), kDenied);
    EXPECT_EQ(session.two(Type::rename, ".config", "config").code(), kDenied);
    EXPECT_EQ(session.two(Type::rename, "mine/fish", ".config/fish").code(), kDenied);
    EXPECT_EQ(session.open(".config/other", kWrite | kCreate).code(), kOk);
  }
  Session above{policy("/home"), server};
  EXPECT_EQ(above.two(Type::rename, "/me/mine", "/me/other").code(), kOk);
  EXPECT_EQ(above.two(Type::rename, "/me", "/old").code(), kDenied);
  EXPECT_EQ(above.two(Type::rename, "/you", "/me").code(), kDenied);
}

TEST(StartupFiles, NoLinkLeadsToOne) {
  for (const auto symlinks : {SftpSymlinks::inside, SftpSymlinks::follow, SftpSymlinks::deny}) {
    SCOPED_TRACE(static_cast<int>(symlinks));
    auto server = home();
    server.nodes["/home/me/here"] = {'l', "."};
    server.nodes["/home/me/keys"] = {'l', ".ssh"};
    server.nodes["/home/me/www/rc"] = {'l', ".bashrc"};
    Session session{policy(".", UpstreamSftp::internal, symlinks), server};
    for (const char* path : {"here/.bashrc", "keys/authorized_keys", "keys/new", "here/here/.ssh/rc"}) {
      EXPECT_EQ(session.open(path, kWrite | kCreate).code(), kDenied) << path;
      EXPECT_EQ(session.two(Type::rename, "file", path).code(), kDenied) << path;
      EXPECT_EQ(session.path(Type::remove, path).code(), kDenied) << path;
    }
    EXPECT_EQ(session.two(Type::symlink, ".", "home").code(), kDenied);
    EXPECT_EQ(session.two(Type::symlink, "/", "home").code(), kDenied);
    EXPECT_EQ(session.two(Type::symlink, "..", "sub/home").code(), kDenied);
    EXPECT_EQ(session.two(Type::symlink, "/.ssh/rc", "sub/rc").code(), kDenied);
    EXPECT_EQ(session.two(Type::rename, "www/rc", "rc").code(), kDenied);  // relative: it would be .bashrc's then
    EXPECT_EQ(session.two(Type::symlink, "sub/.bashrc", "fine").code(), kOk);
    EXPECT_EQ(server.nodes["/home/me/.bashrc"].text, "text");
  }
}

TEST(StartupFiles, TheirNamesElsewhereAreAnybodys) {
  auto server = home();
  const std::pair<const char*, const char*> cases[] = {
      {".", "sub/.bashrc"}, {".", "www/.ssh"}, {"www", ".bashrc"}, {"/srv/www", ".bashrc"}, {"/srv/www", ".ssh"}};
  for (const auto& [root, path] : cases) {
    Session session{policy(root), server};
    EXPECT_EQ(session.open(path, kWrite | kCreate).code(), kOk) << root << ' ' << path;
  }
  Session free{{"", SftpSymlinks::inside, SftpAccess::read_write, true}, server};
  EXPECT_EQ(free.open(".bashrc", kWrite).code(), kOk);
}

/// An upstream that answers REALPATH of `.` with a failure, or with no path.
TEST(StartupFiles, AreAtTheRootWhereNobodySaysWhereTheyAre) {
  for (const auto upstream : {UpstreamSftp::external, UpstreamSftp::internal}) {
    for (const bool fails : {true, false}) {
      Line line{policy("/srv/www", upstream, SftpSymlinks::follow)};
      line.send_identification();
      Writer home{fails ? Type::status : Type::name, 0xffffffff};
      if (fails)
        home.u32(4).string({}).string({});
      else
        home.u32(1).string("nowhere").string({}).u32(0);
      line.down(home);
      line.down(Writer{Type::name, 0}.u32(1).string("/srv/www").string({}).u32(0));
      ASSERT_EQ(line.filter.broken(), "");
      line.up(Writer{Type::mkdir, 7}.string("/.ssh").u32(0));
      std::string denied = line.downward.drain();
      EXPECT_EQ(test::frames(denied).at(0).code(), kDenied);
    }
  }
}

TEST(StartupFiles, NothingIsAskedBeforeTheLoginDirectoryIsKnown) {
  Line line{policy("/srv/www", UpstreamSftp::external, SftpSymlinks::follow)};
  line.send_identification();
  line.upward.drain();
  line.down(Writer{Type::name, 0}.u32(1).string("/srv/www").string({}).u32(0));
  EXPECT_EQ(line.up(Writer{Type::remove, 7}.string("/file")), "");
  line.tell_home();
  EXPECT_NE(line.up(std::string{}), "");
}

/// What somebody outside is called.
TEST(Filter, NamesNoAccountsInAJail) {
  constexpr std::string_view kUsersGroups = "users-groups-by-id@openssh.com";
  for (const std::string root : {"", "/srv/www"}) {
    Line line{policy(root, UpstreamSftp::external, SftpSymlinks::follow)};
    line.up(Writer{Type::init}.u32(3));
    const auto version = line.down(
        Writer{Type::version}.u32(3).string("limits@openssh.com").string("1").string(kUsersGroups).string("1"));
    EXPECT_NE(version.find("limits@"), version.npos);
    EXPECT_EQ(version.find(kUsersGroups) != version.npos, root.empty());
  }
  auto server = home();
  Session session{policy("/srv/www"), server};
  const auto asked = server.asked.size();
  EXPECT_EQ(session.extended(kUsersGroups, {std::string_view{"\0\0\0\0", 4}, ""}).code(), Code::op_unsupported);
  EXPECT_EQ(server.asked.size(), asked);
}

ServerOptions options(std::string_view arguments) {
  return *parse_server_options("internal-sftp " + std::string{arguments});
}

TEST(Filter, AKeyMayAllowLessThanTheRoute) {
  auto server = home();
  const auto asking = [&](std::string_view arguments, SftpAccess access = SftpAccess::read_write) {
    Policy result{"", SftpSymlinks::inside, access, false};
    result.options = options(arguments);
    return result;
  };
  Session reads{asking("-R"), server};
  EXPECT_EQ(reads.open("new", kWrite | kCreate).code(), kDenied);
  EXPECT_EQ(reads.path(Type::remove, "file").code(), kDenied);
  EXPECT_EQ(reads.open("file", kRead).code(), kOk);
  Session neither{asking("-R", SftpAccess::upload_only), server};
  EXPECT_EQ(neither.open("file", kRead).code(), kDenied);
  EXPECT_EQ(neither.open("file", kWrite).code(), kDenied);
  Session allowed{asking("-p open,close,read,stat"), server};
  EXPECT_EQ(allowed.path(Type::stat, "file").code(), kOk);
  EXPECT_EQ(allowed.path(Type::lstat, "file").code(), kDenied);
  EXPECT_EQ(allowed.write(allowed.open("file", kWrite).text(), "x").code(), kDenied);
  Session denied{asking("-P remove,posix-rename"), server};
  EXPECT_EQ(denied.path(Type::remove, "file").code(), kDenied);
  EXPECT_EQ(denied.extended("posix-rename@openssh.com", {"file", "b"}).code(), kDenied);
  EXPECT_EQ(denied.version.at(0).body.find("posix-rename"), std::string::npos);
  EXPECT_NE(reads.version.at(0).body.find("posix-rename"), std::string::npos);
  EXPECT_EQ(denied.two(Type::rename, "file", "b").code(), kOk);
}

TEST(Filter, RelativePathsStartInTheKeysDirectory) {
  auto server = home();
  server.nodes["/home/me/www/a"] = {'d', {}};
  server.nodes["/home/me/www/a/file"] = {'f', "in a"};
  const auto at = [](std::string root, std::string start) {
    Policy result = policy(std::move(root));
    result.start = std::move(start);
    return result;
  };
  Session free{at("", "/home/me/www"), server};
  EXPECT_EQ(free.path(Type::realpath, ".").text(), "/home/me/www");
  EXPECT_EQ(free.path(Type::realpath, "").text(), "/home/me/www");
  EXPECT_EQ(free.read(free.open("a/file", kRead).text()).text(), "in a");
  EXPECT_EQ(free.path(Type::realpath, "/srv").text(), "/srv");
  EXPECT_EQ(free.two(Type::symlink, "a/file", "link").code(), kOk);
  EXPECT_EQ(server.nodes.at("/home/me/www/link").text, "a/file");
  EXPECT_EQ(free.two(Type::rename, "link", "moved").code(), kOk);
  EXPECT_TRUE(server.nodes.contains("/home/me/www/moved"));
  Session relative{at("", "www"), server};
  EXPECT_EQ(relative.path(Type::realpath, "a").text(), "/home/me/www/a");
  Session jailed{at("www", "/a"), server};
  EXPECT_EQ(jailed.path(Type::realpath, ".").text(), "/a");
  EXPECT_EQ(jailed.path(Type::realpath, "../..").text(), "/");
  EXPECT_EQ(jailed.extended("expand-path@openssh.com", {"~"}).text(), "/");
  EXPECT_EQ(jailed.extended("expand-path@openssh.com", {"file"}).text(), "/a/file");
}

}  // namespace
}  // namespace pysshrp::sftp
