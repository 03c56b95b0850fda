#include "config/root.h"

#include <gtest/gtest.h>

#include "config/notes.h"
#include "texts.h"

namespace pysshrp::config {
namespace {

std::string file(std::string_view lines) {
  return "[server a]\nuser = a\nupstream_host = h\n" + std::string{lines};
}

std::vector<std::string> noted(std::string_view lines) {
  std::vector<std::string> texts;
  for (const auto& note : notes(Config::parse("f", file(lines)))) texts.push_back(note.text());
  return texts;
}

TEST(Root, ThatHoldsStartupFilesIsAFaultWithItsCure) {
  for (const std::string root : {".", "./", ".//.", ".ssh", ".ssh/sub", "./.SSH/", ".config", ".config/fish", "/", "//",
                                 "/home/x/.ssh", "/root/.ssh/", "/srv/.config/fish/conf.d"}) {
    const auto faults = check(Config::parse("f", file("upstream_root_path = " + root + '\n')));
    ASSERT_EQ(faults.size(), 1U) << root;
    EXPECT_EQ(faults[0].find("f:4: [server a] upstream_root_path: "), 0U) << faults[0];
    EXPECT_NE(faults[0].find("can hold files that the account's login reads"), std::string::npos) << faults[0];
    EXPECT_NE(faults[0].find("'upstream_sftp = internal'"), std::string::npos) << faults[0];
    EXPECT_EQ(check(Config::parse("f", file("upstream_root_path = " + root + "\nupstream_sftp = internal\n"))),
              std::vector<std::string>{});
  }
  for (const std::string root : {"~", "~/www", "..", "www/.."})
    EXPECT_EQ(check(Config::parse("f", file("upstream_root_path = " + root + "\n"))).size(), 1U) << root;
}

TEST(Root, ThatHoldsNoneIsNone) {
  for (const std::string root : {"www", "./www/", "/srv/www", "/home/x/www", "sub/.ssh2keys", "/home/shared", "ssh"})
    EXPECT_EQ(check(Config::parse("f", file("upstream_root_path = " + root + '\n'))), std::vector<std::string>{})
        << root;
}

TEST(Root, OfDefaultsIsAFaultOfEachServer) {
  const auto faults = check(Config::parse("f", "[defaults]\nupstream_root_path = .\n" + file("")));
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].find("f:3: [server a] upstream_root_path: '.'"), 0U) << faults[0];
}

TEST(Root, ThatMayBeTheLoginDirectoryIsNoted) {
  const std::string what = "note: SFTP is refused where this is the login directory or holds it";
  for (const std::string root : {"/home", "/root", "/home/a", "/home/a/"}) {
    const auto notes = noted("upstream_root_path = " + root + '\n');
    ASSERT_EQ(notes.size(), 1U) << root;
    EXPECT_EQ(notes[0].find("f:4: [server a] upstream_root_path: " + what), 0U) << notes[0];
    EXPECT_TRUE(noted("upstream_root_path = " + root + "\nupstream_sftp = internal\n").empty());
  }
  EXPECT_EQ(noted("upstream_user = b\nupstream_root_path = /home/b\n").size(), 1U);
  EXPECT_TRUE(noted("upstream_user = b\nupstream_root_path = /home/a\n").empty());
  EXPECT_TRUE(noted("upstream_root_path = /srv/www\n").empty());
}

TEST(Root, AShellBesideARestrictionIsNoted) {
  EXPECT_EQ(noted("sftp_access = read-only\nallow_ssh = yes\n"),
            std::vector<std::string>{"f:5: [server a] allow_ssh: note: a shell is not held to 'sftp_access': without "
                                     "this line there is none"});
  EXPECT_EQ(noted("sftp_access = upload-only\nallow_ssh = yes\nupstream_root_path = www\n").size(), 2U);
  for (const char* lines : {"sftp_access = read-only\n", "sftp_access = read-only\nallow_ssh = no\n",
                            "sftp_access = read-write\nallow_ssh = yes\n", "allow_ssh = yes\n"})
    EXPECT_TRUE(noted(lines).empty()) << lines;
  EXPECT_TRUE(check(Config::parse("f", file("sftp_access = read-only\nallow_ssh = yes\n"))).empty());
}

}  // namespace
}  // namespace pysshrp::config
