#include "base/startup_files.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp {
namespace {

TEST(StartupFiles, AreThoseOfTheLoginDirectoryOnly) {
  for (const char* path :
       {"/home/me/.bashrc", "/home/me/.ssh", "/home/me/.ssh/rc", "/home/me/.ssh/authorized_keys",
        "/home/me/.config/fish/config.fish", "/home/me/.pam_environment", "/home/me/.zshenv", "/home/me/.login"})
    EXPECT_TRUE(is_startup_file("/home/me", path)) << path;
  for (const char* path : {"/home/me", "/home/me/file", "/home/me/.bashrc2", "/home/me/sub/.bashrc", "/home/me/.config",
                           "/home/me/.config/fis", "/home/me2/.bashrc", "/home/.bashrc", "/.ssh", "/"})
    EXPECT_FALSE(is_startup_file("/home/me", path)) << path;
  EXPECT_TRUE(is_startup_file("/", "/.ssh/rc"));
  EXPECT_FALSE(is_startup_file("/", "/home/.ssh"));
}

TEST(StartupFiles, AreFoundAsACarelessFileSystemReadsNames) {
  for (const char* path : {"/home/me/.SSH/rc", "/home/me/.Bashrc", "/home/me/.ssh./rc", "/home/me/.ssh . /rc",
                           "/Home/Me/.bashrc", "/home/me/.profile "})
    EXPECT_TRUE(is_startup_file("/home/me", path)) << path;
  EXPECT_FALSE(is_startup_file("/home/me", "/home/me/..."));
}

TEST(StartupFiles, CanBeHeldByWhatIsAboveThem) {
  for (const char* path : {"/", "/home", "/home/me", "/home/me/.config", "/home/me/.config/fish", "/home/me/.ssh/sub"})
    EXPECT_TRUE(can_hold_startup_files("/home/me", path)) << path;
  for (const char* path : {"/srv", "/home/me/www", "/home/you", "/home/me/.configs", "/hom"})
    EXPECT_FALSE(can_hold_startup_files("/home/me", path)) << path;
}

TEST(StartupFiles, AreKnownByNameWhereNobodySaysWhoseTheyAre) {
  for (const char* path : {"/home/me/.ssh", "/.ssh", "/home/me/.ssh/sub", "/root/.config/fish"})
    EXPECT_TRUE(is_startup_file_of_anybody(path)) << path;
  for (const char* path : {"/", "/home/me", "/srv/www", "/home/me/.config", "/srv/ssh"})
    EXPECT_FALSE(is_startup_file_of_anybody(path)) << path;
}

/// The comparison folds what it is given, and takes the table as it stands.
TEST(StartupFiles, StandInTheTableAsTheyAreCompared) {
  for (const auto name : startup_files()) {
    EXPECT_TRUE(is_startup_file("/h", "/h/" + std::string{name})) << name;
    EXPECT_TRUE(can_hold_startup_files("/h", "/h")) << name;
    EXPECT_EQ(name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), name.npos) << name;
  }
}

}  // namespace
}  // namespace pysshrp
