#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "config/config.h"
#include "directory.h"
#include "texts.h"

namespace pysshrp::config {
namespace {

std::string server(const std::string& name) {
  return "[server " + name + "]\nuser = " + name + "\nupstream_host = h\n";
}

Lines names(const Config& config) {
  Lines names;
  for (const auto& server : config.servers()) names.emplace_back(server.name());
  return names;
}

TEST(Include, globs_are_read_in_sorted_order_where_they_stand) {
  const Directory dir;
  dir.write("d/20.ini", server("c"));
  dir.write("d/10.ini", server("b") + server("b2"));
  dir.write("d/30.txt", "nonsense");
  dir.write("plain", server("d"));
  const auto config = Config::load(
      dir.write("main.ini", server("a") + "[pysshrp]\ninclude = d/*.ini, plain , none/*.ini\n" + server("e")));
  EXPECT_EQ(check(config), Lines{});
  EXPECT_EQ(names(config), (Lines{"a", "b", "b2", "c", "d", "e"}));
  EXPECT_EQ(config.servers()[2].at().text(), dir.path("d/10.ini") + ":4");
}

TEST(Include, is_relative_to_the_including_file_or_absolute) {
  const Directory dir, other;
  const auto absolute = other.write("x.ini", server("x"));
  dir.write("a[1]*\\/y.ini", server("y"));
  const auto config = Config::load(dir.write("a[1]*\\/main.ini", "[pysshrp]\ninclude = " + absolute + ", y*.ini\n"));
  EXPECT_EQ(check(config), Lines{});
  EXPECT_EQ(names(config), (Lines{"x", "y"}));
}

TEST(Include, gives_defaults_in_both_directions) {
  const Directory dir;
  dir.write("sub.ini", "[defaults]\nupstream_port = 23\n" + server("b"));
  const auto config = Config::load(dir.write("main.ini", server("a") + "[pysshrp]\ninclude = sub.ini\n"));
  EXPECT_EQ(check(config), Lines{});
  for (const auto& server : config.servers()) EXPECT_EQ(server.find("upstream_port")->value(), "23");
}

TEST(Include, a_plain_name_must_exist) {
  const Directory dir;
  const auto main = dir.write("main.ini", "[pysshrp]\nlevel = info\ninclude = none.ini\n");
  EXPECT_EQ(check(Config::load(main)), (Lines{main + ":3: [pysshrp] include: '" + dir.path("none.ini") +
                                              "' cannot be read: No such file or directory"}));
}

TEST(Include, a_file_that_is_none_is_a_fault) {
  const Directory dir;
  std::filesystem::create_directory(dir.path("d.ini"));
  const auto main = dir.write("main.ini", "[pysshrp]\ninclude = d.*\n");
  EXPECT_EQ(check(Config::load(main)),
            (Lines{main + ":2: [pysshrp] include: '" + dir.path("d.ini") + "' cannot be read: is not a regular file"}));
}

TEST(Include, a_loop_is_a_fault_under_whatever_name) {
  const Directory dir;
  std::filesystem::create_symlink("main.ini", dir.path("again.ini"));
  const auto main = dir.write("main.ini", "[pysshrp]\ninclude = main.ini, again.ini\n");
  EXPECT_EQ(check(Config::load(main)),
            (Lines{main + ":2: [pysshrp] include: '" + dir.path("main.ini") + "' includes itself",
                   main + ":2: [pysshrp] include: '" + dir.path("again.ini") + "' includes itself"}));
}

TEST(Include, a_loop_of_two_is_a_fault) {
  const Directory dir;
  const auto sub = dir.write("sub.ini", "[pysshrp]\ninclude = main.ini\n");
  const auto main = dir.write("main.ini", "[pysshrp]\ninclude = sub.ini\n");
  EXPECT_EQ(check(Config::load(main)), (Lines{sub + ":1: [pysshrp]: stands already at " + main + ":1",
                                              sub + ":2: [pysshrp] include: '" + main + "' includes itself"}));
}

TEST(Include, a_file_may_be_included_twice_and_its_users_are_repeated) {
  const Directory dir;
  const auto sub = dir.write("sub.ini", server("a"));
  const auto config = Config::load(dir.write("main.ini", "[pysshrp]\ninclude = sub.ini, sub.ini\n"));
  EXPECT_TRUE(config.faults().empty());
  EXPECT_EQ(check(config).size(), 4U);
}

TEST(Include, faults_come_file_by_file) {
  const Directory dir;
  const auto sub = dir.write("sub.ini", "[pysshrp]\nlevel = x\n[server a]\nuser = a\n");
  const auto main = dir.write("main.ini", "[pysshrp]\ninclude = sub.ini\nlevel = y\n[x]\n");
  EXPECT_EQ(
      check(Config::load(main)),
      (Lines{main + ":3: [pysshrp] level: 'y' is not a level (critical, error, warning, notice, info, debug)",
             main + ":4: [x]: unknown section: there are [pysshrp], [defaults] and [server NAME], for a server "
                    "of that name [server x]; nobody is served while it stands here, since it may be for everybody",
             sub + ":1: [pysshrp]: stands already at " + main + ":1",
             sub + ":2: [pysshrp] level: 'x' is not a level (critical, error, warning, notice, info, debug)",
             sub + ":3: [server a] upstream_host: is missing"}));
}

TEST(Include, modes_are_checked_file_by_file) {
  const Directory dir;
  const auto sub = dir.write("sub.ini", server("a") + "password = x\n", 0644);
  const auto main = dir.write("main.ini", "[pysshrp]\ninclude = sub.ini\n[defaults]\npassword = y\n", 0640);
  EXPECT_EQ(check(Config::load(main)),
            (Lines{sub + ":4: [server a] password: stands in a file that is open to everybody: chmod 0640 " + sub}));
}

}  // namespace
}  // namespace pysshrp::config
