#include "sftp/rules.h"

#include <gtest/gtest.h>

#include "session.h"

// Every row of the table, through the filter: inside and outside the jail, read-only, upload-only.
namespace pysshrp::sftp {
namespace {

using test::Reply;
using test::Server;
using test::Session;

void plant(Server& server) {
  for (const char* folder : {"/srv", "/srv/www", "/srv/www/dir", "/srv/www-secret"}) server.nodes[folder] = {'d', {}};
  server.nodes["/srv/www/file"] = server.nodes["/srv/www/other"] = {'f', "inside"};
  server.nodes["/srv/www-secret/file"] = {'f', "secret"};
  server.nodes["/srv/www/out"] = {'l', "/srv/www-secret"};
  server.nodes["/srv/www/out-file"] = {'l', "../www-secret/file"};
  server.nodes["/srv/www/link"] = {'l', "file"};
}

/// A request by its name in the table. `first` and `second` are its paths, and handles are of files that are open
/// already.
Reply request(Session& session, std::string_view name, std::string_view first, std::string_view second,
              std::string_view handle, std::string_view folder, std::string_view other) {
  const auto number = &Session::number;
  const std::string none = number(0);
  if (name == "open") return session.open(first, kRead);
  if (name == "close") return session.close(handle);
  if (name == "read") return session.read(handle);
  if (name == "write") return session.write(handle, "new");
  if (name == "lstat") return session.path(Type::lstat, first);
  if (name == "fstat") return session.call(Type::fstat, Session::fields({handle}));
  if (name == "setstat") return session.path(Type::setstat, first, none);
  if (name == "fsetstat") return session.call(Type::fsetstat, Session::fields({handle}) + none);
  if (name == "opendir") return session.path(Type::opendir, first);
  if (name == "readdir") return session.call(Type::readdir, Session::fields({folder}));
  if (name == "remove") return session.path(Type::remove, first);
  if (name == "mkdir") return session.path(Type::mkdir, first, none);
  if (name == "rmdir") return session.path(Type::rmdir, first);
  if (name == "realpath") return session.path(Type::realpath, first);
  if (name == "stat") return session.path(Type::stat, first);
  if (name == "rename") return session.two(Type::rename, first, second);
  if (name == "readlink") return session.path(Type::readlink, first);
  if (name == "symlink") return session.two(Type::symlink, second, first);
  if (name == "posix-rename") return session.extended("posix-rename@openssh.com", {first, second});
  if (name == "hardlink") return session.extended("hardlink@openssh.com", {first, second});
  if (name == "statvfs") return session.extended("statvfs@openssh.com", {first});
  if (name == "fstatvfs") return session.extended("fstatvfs@openssh.com", {handle});
  if (name == "fsync") return session.extended("fsync@openssh.com", {handle});
  if (name == "lsetstat") return session.extended("lsetstat@openssh.com", {first}, none);
  if (name == "limits") return session.extended("limits@openssh.com", {});
  if (name == "expand-path") return session.extended("expand-path@openssh.com", {first});
  if (name == "copy-data")
    return session.extended("copy-data", {handle}, none + none + none + none + Session::fields({other}) + none + none);
  if (name == "home-directory") return session.extended("home-directory", {"me"});
  if (name == "users-groups-by-id") return session.extended("users-groups-by-id@openssh.com", {"", ""});
  ADD_FAILURE() << name;
  return {};
}

struct Row {
  std::string_view name, first, second;   ///< inside, and good
  std::string_view outside, outside_too;  ///< the same request at something outside; empty: it names none
  bool in_read_only, in_upload_only;
};
constexpr bool yes = true, no = false;
constexpr Row kRows[] = {
    {"open", "/file", "", "/out/file", "", yes, no},
    {"close", "", "", "", "", yes, yes},
    {"read", "", "", "", "", yes, no},
    {"write", "", "", "", "", no, yes},
    {"lstat", "/file", "", "/out/file", "", yes, yes},
    {"fstat", "", "", "", "", yes, yes},
    {"setstat", "/file", "", "/out-file", "", no, yes},
    {"fsetstat", "", "", "", "", no, yes},
    {"opendir", "/dir", "", "/out", "", yes, yes},
    {"readdir", "", "", "", "", yes, yes},
    {"remove", "/file", "", "/out/file", "", no, yes},
    {"mkdir", "/new", "", "/out/new", "", no, yes},
    {"rmdir", "/dir", "", "/out/dir", "", no, yes},
    {"realpath", "/file", "", "/out/file", "", yes, yes},
    {"stat", "/file", "", "/out-file", "", yes, yes},
    {"rename", "/file", "/new", "/file", "/out/new", no, yes},
    {"rename", "/file", "/new", "/out/file", "/new", no, yes},
    {"rename", "/link", "/new", "/out", "/new", no, yes},
    {"readlink", "/link", "", "/out/file", "", yes, yes},
    {"symlink", "/new", "file", "/new", "../../../../etc/passwd", no, yes},
    {"symlink", "/new", "/file", "/out/new", "/file", no, yes},
    {"symlink", "/new", "nowhere", "/new", "out/file", no, yes},
    {"posix-rename", "/file", "/new", "/file", "/out/new", no, yes},
    {"posix-rename", "/link", "/new", "/out-file", "/new", no, yes},
    {"hardlink", "/file", "/new", "/out/file", "/new", no, yes},
    {"hardlink", "/file", "/new", "/out-file", "/new", no, yes},
    {"statvfs", "/", "", "/out", "", yes, yes},
    {"fstatvfs", "", "", "", "", yes, yes},
    {"fsync", "", "", "", "", no, yes},
    {"lsetstat", "/link", "", "/out/file", "", no, yes},
    {"limits", "", "", "", "", yes, yes},
    {"expand-path", "~/file", "", "~/out/file", "", yes, yes},
    {"copy-data", "", "", "", "", no, no},
    {"home-directory", "", "", "", "", yes, yes},
    {"users-groups-by-id", "", "", "", "", yes, yes},
};

/// The handles that a client with these rights can have: h0 a file, h1 a folder, h2 another file.
Reply request(Session& session, const Row& row, std::string_view first, std::string_view second, SftpAccess access) {
  const std::uint32_t flags = access == SftpAccess::upload_only ? kWrite : kRead;
  const auto file = session.open("/file", flags), folder = session.path(Type::opendir, "/dir"),
             other = session.open("/other", flags);
  EXPECT_EQ(file.type, Type::handle);
  session.events.clear();
  return request(session, row.name, first, second, file.text(), folder.text(), other.text());
}

void expect_no_leak(const Server& server, const Reply& reply) {
  for (const auto& path : server.touched) EXPECT_TRUE(view("/srv/www", path)) << path;
  EXPECT_EQ(reply.body.find("srv"), std::string::npos);
}

TEST(Rules, EveryRowWorksInsideAndStopsAtTheJail) {
  for (const auto mode : {SftpSymlinks::inside, SftpSymlinks::deny}) {
    for (const auto& row : kRows) {
      if (row.name == "users-groups-by-id") continue;  // not in a jail
      SCOPED_TRACE(std::string{row.name} + ' ' + std::string{row.outside} + ' ' + std::string{row.outside_too});
      for (const auto realpath :
           {Server::Realpath::openssh, Server::Realpath::existing_only, Server::Realpath::tidies_only}) {
        Server server{realpath};
        plant(server);
        Session session{{"/srv/www", mode, SftpAccess::read_write, true}, server};
        const auto good = request(session, row, row.first, row.second, SftpAccess::read_write);
        EXPECT_EQ(good.code(), Code::ok);
        EXPECT_EQ(good.type, row.name == "open" || row.name == "opendir" ? Type::handle : good.type);
        expect_no_leak(server, good);
      }
      for (const auto realpath :
           {Server::Realpath::openssh, Server::Realpath::existing_only, Server::Realpath::tidies_only}) {
        if (row.outside.empty()) continue;
        Server server{realpath};
        plant(server);
        const auto before = server.nodes.size();
        Session session{{"/srv/www", mode, SftpAccess::read_write, false}, server};
        const auto bad = request(session, row, row.outside, row.outside_too, SftpAccess::read_write);
        EXPECT_EQ(bad.type, Type::status);
        EXPECT_EQ(bad.code(), Code::permission_denied);
        EXPECT_EQ(session.events.size(), 1U);
        EXPECT_TRUE(!session.events.empty() && std::holds_alternative<DeniedRequest>(session.events.front()));
        EXPECT_EQ(server.nodes.size(), before);
        expect_no_leak(server, bad);
      }
    }
  }
}

TEST(Rules, EveryRowObeysTheAccessRule) {
  for (const auto access : {SftpAccess::read_only, SftpAccess::upload_only}) {
    for (const std::string root : {"", "/srv/www"}) {
      for (const auto& row : kRows) {
        if (root.empty() && row.first == "~/file") continue;
        if (!root.empty() && row.name == "users-groups-by-id") continue;
        SCOPED_TRACE(std::string{row.name} + (access == SftpAccess::read_only ? " read-only " : " upload-only ") +
                     root);
        Server server;
        plant(server);
        if (root.empty()) {  // the same names at the top
          for (const char* folder : {"/dir"}) server.nodes[folder] = {'d', {}};
          for (const char* file : {"/file", "/other"}) server.nodes[file] = {'f', "text"};
          server.nodes["/link"] = {'l', "file"};
        }
        Session session{{root, SftpSymlinks::inside, access, false}, server};
        const auto asked = server.asked.size();
        const bool is_allowed = access == SftpAccess::read_only ? row.in_read_only : row.in_upload_only;
        const auto reply = request(session, row, row.first, row.second, access);
        EXPECT_EQ(reply.code(), is_allowed ? Code::ok : Code::permission_denied);
        EXPECT_EQ(session.events.size(), is_allowed ? 0U : 1U);
        EXPECT_GT(server.asked.size(), asked);
        EXPECT_TRUE(session.filter().broken().empty());
      }
    }
  }
}

TEST(Rules, NoRowIsForgotten) {
  for (int type = 3; type <= 20; ++type) {
    const auto* rule = rule_of(static_cast<Type>(type));
    ASSERT_TRUE(rule) << type;
    EXPECT_TRUE(std::ranges::any_of(kRows, [&](const Row& row) { return row.name == rule->name; })) << rule->name;
  }
  for (const char* extension :
       {"posix-rename@openssh.com", "hardlink@openssh.com", "statvfs@openssh.com", "fstatvfs@openssh.com",
        "fsync@openssh.com", "lsetstat@openssh.com", "limits@openssh.com", "expand-path@openssh.com", "copy-data",
        "home-directory", "users-groups-by-id@openssh.com"}) {
    const auto* rule = rule_of(Type::extended, extension);
    ASSERT_TRUE(rule) << extension;
    EXPECT_TRUE(std::ranges::any_of(kRows, [&](const Row& row) { return row.name == rule->name; })) << rule->name;
  }
  EXPECT_FALSE(rule_of(Type::extended, "copy-file"));
  EXPECT_FALSE(rule_of(Type::extended));
  EXPECT_FALSE(rule_of(Type::status));
  EXPECT_FALSE(rule_of(Type::read, "copy-data"));
}

TEST(Rules, OpenIsCheckedByItsFlags) {
  const auto* open = rule_of(Type::open);
  constexpr std::uint32_t kAppend = 4, kTruncate = 0x10;
  EXPECT_EQ(forbidden(*open, kRead, SftpAccess::read_only), "");
  EXPECT_EQ(forbidden(*open, 0, SftpAccess::read_only), "");
  for (const std::uint32_t flags : {kWrite, kRead | kWrite, kRead | kCreate, kRead | kTruncate, kAppend, 0x80000000U})
    EXPECT_EQ(forbidden(*open, flags, SftpAccess::read_only), "read-only") << flags;
  for (const std::uint32_t flags : {0U, kRead, kRead | kWrite, kCreate, kAppend | kCreate})
    EXPECT_EQ(forbidden(*open, flags, SftpAccess::upload_only), "upload-only") << flags;
  EXPECT_EQ(forbidden(*open, kWrite | kCreate | kTruncate, SftpAccess::upload_only), "");
}

}  // namespace
}  // namespace pysshrp::sftp
