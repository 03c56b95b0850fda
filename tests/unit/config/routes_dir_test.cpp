#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "config/config.h"
#include "directory.h"
#include "texts.h"

namespace pysshrp::config {
namespace {

class RoutesDir : public ::testing::Test {
 protected:
  RoutesDir() { std::filesystem::create_directory(dir_.path("routes")); }

  Config main() const {
    return Config::load(dir_.write(
        "main.ini", "[pysshrp]\nroutes_dir = " + dir_.path("routes") + "\n[defaults]\nupstream_port = 23\n"));
  }

  std::string write(const std::string& name, std::string_view text, mode_t mode = 0640) const {
    return dir_.write("routes/" + name, text, mode);
  }

  /// What is wrong with one user's file.
  Lines faults(const std::string& user) const {
    const auto config = main();
    const auto route = config.routes_file(UserName{user});
    return route ? check(*route) : Lines{"no file"};
  }

  const Directory dir_;
};

TEST_F(RoutesDir, finds_a_user_by_the_name_of_a_file) {
  const auto file = write("foo bar.ini", "[server a]\nupstream_host = h\n");
  const auto config = main();
  const auto route = config.routes_file(UserName{"foo bar"});
  ASSERT_TRUE(route.has_value());
  EXPECT_EQ(check(*route), Lines{});
  ASSERT_EQ(route->servers().size(), 1U);
  const auto& server = route->servers()[0];
  EXPECT_EQ(server.name(), "a");
  EXPECT_EQ(server.at().text(), file + ":1");
  EXPECT_EQ(server.user(), nullptr);
  EXPECT_EQ(server.find("upstream_host")->value(), "h");
  EXPECT_EQ(server.find("upstream_port")->value(), "23") << "[defaults] apply";
}

TEST_F(RoutesDir, has_nothing_for_others) {
  EXPECT_EQ(faults("foo"), (Lines{"no file"}));
  EXPECT_FALSE(Config::parse("f", "").routes_file(UserName{"foo"}).has_value());
}

TEST_F(RoutesDir, a_name_that_is_no_plain_component_has_no_file) {
  dir_.write("secret.ini", "[server a]\nupstream_host = h\n");
  write("sub/x.ini", "[server a]\nupstream_host = h\n");
  write(".hidden.ini", "[server a]\nupstream_host = h\n");
  write(".ini", "[server a]\nupstream_host = h\n");
  write("new\nline.ini", "[server a]\nupstream_host = h\n");
  write("nul.ini", "[server a]\nupstream_host = h\n");
  const std::string nul{"nul.ini\0", 8};
  for (const std::string& user :
       {std::string{"../secret"}, std::string{"sub/x"}, dir_.path("secret"), std::string{".hidden"}, std::string{},
        std::string{"."}, std::string{".."}, std::string{"new\nline"}, nul, std::string(252, 'a')})
    EXPECT_EQ(faults(user), (Lines{"no file"})) << user;
}

TEST_F(RoutesDir, a_file_has_one_server_and_nothing_else) {
  const auto file = write("a.ini",
                          "[pysshrp]\nlevel = x\n[defaults]\nallow_ssh = no\n[server a]\nupstream_host = h\n[server "
                          "b]\nupstream_host = h\n[x]\n");
  const std::string what = "cannot stand here: a file of routes_dir has one [server NAME] and nothing else";
  EXPECT_EQ(faults("a"), (Lines{file + ":1: [pysshrp]: " + what, file + ":3: [defaults]: " + what,
                                file + ":7: [server b]: " + what, file + ":9: [x]: " + what}));
}

TEST_F(RoutesDir, a_file_without_a_server_is_a_fault) {
  const auto file = write("a.ini", "; nothing\n");
  EXPECT_EQ(faults("a"), (Lines{file + ": has no [server NAME]"}));
}

TEST_F(RoutesDir, a_user_in_a_file_is_a_fault) {
  const auto file = write("a.ini", "[server a]\nuser = a\nupstream_host = h\n");
  EXPECT_EQ(faults("a"), (Lines{file + ":2: [server a] user: must not stand here: the name of the file is the user"}));
}

TEST_F(RoutesDir, a_file_is_linted_like_a_server) {
  const auto file = write("a.ini", "[server a]\nupstream_port = x\npassword = p\nbad\n", 0644);
  EXPECT_EQ(faults("a"),
            (Lines{file + ":1: [server a] upstream_host: is missing",
                   file + ":2: [server a] upstream_port: 'x' is not a port (1-65535)",
                   file + ":3: [server a] password: stands in a file that is open to everybody: chmod 0640 " + file,
                   file + ":4: [server a]: is neither 'key = value' nor '[section]'"}));
}

TEST_F(RoutesDir, a_file_that_cannot_be_read_refuses_its_user) {
  std::filesystem::create_directory(dir_.path("routes/a.ini"));
  EXPECT_EQ(faults("a"), (Lines{dir_.path("routes/a.ini") + ": cannot be read: is not a regular file"}));
  std::filesystem::create_symlink("l.ini", dir_.path("routes/l.ini"));
  EXPECT_EQ(faults("l"), (Lines{dir_.path("routes/l.ini") + ": cannot be read: Too many levels of symbolic links"}));
}

TEST_F(RoutesDir, lists_its_users) {
  for (const auto* name : {"b.ini", "a.ini", ".c.ini", "d.ini~", "README"}) write(name, "");
  const auto users = main().routes_dir_users();
  ASSERT_TRUE(users.has_value());
  EXPECT_EQ(*users, (std::vector{UserName{"a"}, UserName{"b"}}));
  EXPECT_TRUE(Config::parse("f", "").routes_dir_users()->empty());
}

TEST_F(RoutesDir, a_listing_that_fails_is_an_error) {
  const auto config = main();
  std::filesystem::remove_all(dir_.path("routes"));
  const auto users = config.routes_dir_users();
  ASSERT_FALSE(users.has_value());
  EXPECT_EQ(users.error().what, "No such file or directory");
}

}  // namespace
}  // namespace pysshrp::config
