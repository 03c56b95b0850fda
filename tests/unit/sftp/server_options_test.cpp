#include "sftp/server_options.h"

#include <gtest/gtest.h>

namespace pysshrp::sftp {
namespace {

using Names = std::vector<std::string>;

ServerOptions options(std::string_view command) {
  auto read = parse_server_options(command);
  EXPECT_TRUE(read) << command << ": " << (read ? "" : read.error().what);
  return read ? *std::move(read) : ServerOptions{};
}

std::string fault(std::string_view command) {
  const auto read = parse_server_options(command);
  return read ? "none" : read.error().what;
}

TEST(ServerOptions, TheServerIsKnownByItsNameAndABlank) {
  for (const char* yes : {"internal-sftp", "internal-sftp ", "internal-sftp -R", "internal-sftp\t-R"})
    EXPECT_TRUE(is_internal_sftp(yes)) << yes;
  for (const char* no : {"", " internal-sftp", "internal-sftpd", "internal-sftp-R", "/usr/lib/openssh/sftp-server -R"})
    EXPECT_FALSE(is_internal_sftp(no)) << no;
}

TEST(ServerOptions, AreReadAsGetoptDoes) {
  EXPECT_FALSE(options("internal-sftp").any());
  EXPECT_FALSE(options("internal-sftp  ").any());
  EXPECT_TRUE(options("internal-sftp -R").read_only);
  EXPECT_TRUE(options("internal-sftp   -eR ").read_only);
  EXPECT_EQ(options("internal-sftp -p open,close").allowed, (Names{"open", "close"}));
  EXPECT_EQ(options("internal-sftp -popen,close").allowed, (Names{"open", "close"}));
  const auto all = options("internal-sftp -Rp stat -eP write,remove -d/srv -f AUTH -l info");
  EXPECT_TRUE(all.read_only);
  EXPECT_EQ(all.allowed, Names{"stat"});
  EXPECT_EQ(all.denied, (Names{"write", "remove"}));
  EXPECT_EQ(all.directory, "/srv");
  EXPECT_EQ(options("internal-sftp -d -R").directory, "-R");
  EXPECT_FALSE(options("internal-sftp -d -R").read_only);
}

TEST(ServerOptions, WhatIsNotHonouredIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"-u 077", "internal-sftp's option -u is not honoured here"},
      {"-u077", "internal-sftp's option -u is not honoured here"},
      {"-Ru 077", "internal-sftp's option -u is not honoured here"},
      {"-R -m 0644", "internal-sftp's option -m is not honoured here"},
      {"-h", "internal-sftp's option -h is not honoured here"},
      {"-Q requests", "internal-sftp's option -Q is not honoured here"},
      {"-c", "internal-sftp's option -c is not honoured here"},
      {"-r", "internal-sftp's option -r is not honoured here"},
      {"--read-only", "internal-sftp's option -- is not honoured here"},
      {"-p", "internal-sftp's option -p has no value"},
      {"-R -d", "internal-sftp's option -d has no value"},
      {"-p open,opne", "internal-sftp's option -p names a request that is not known here"},
      {"-p open,", "internal-sftp's option -p names a request that is not known here"},
      {"-P WRITE", "internal-sftp's option -P names a request that is not known here"},
      {"-p open -p stat", "internal-sftp's option -p stands there twice"},
      {"-P open -P stat", "internal-sftp's option -P stands there twice"},
      {"-d /%h", "internal-sftp's option -d has a token that is not honoured here"},
      {"-d /srv/%d", "internal-sftp's option -d has a token that is not honoured here"},
      {"-d /srv/%", "internal-sftp's option -d has a token that is not honoured here"},
      {"-l loud", "internal-sftp's option -l has no log level"},
      {"-f LOCAL8", "internal-sftp's option -f has no log facility"},
      {"-R file", "internal-sftp has an argument that is no option"},
      {"file -R", "internal-sftp has an argument that is no option"},
      {"-", "internal-sftp has an argument that is no option"},
      {"-- -R", "internal-sftp has an argument that is no option"},
      {"-R\t-e", "internal-sftp has a control character behind it"},
  };
  for (const auto& [arguments, what] : cases) EXPECT_EQ(fault("internal-sftp " + std::string{arguments}), what);
  EXPECT_EQ(fault("internal-sftp\t-R"), "internal-sftp has a control character behind it");
}

TEST(ServerOptions, ADeniedRequestIsDeniedThoughItIsAllowed) {
  const auto both = options("internal-sftp -p open,write -P write");
  EXPECT_TRUE(both.permits(*rule_of(Type::open)));
  EXPECT_FALSE(both.permits(*rule_of(Type::write)));
  EXPECT_FALSE(both.permits(*rule_of(Type::stat)));
  EXPECT_FALSE(options("internal-sftp -P posix-rename").permits(*rule_of(Type::extended, "posix-rename@openssh.com")));
  EXPECT_TRUE(options("internal-sftp -P posix-rename").permits(*rule_of(Type::rename)));
}

TEST(ServerOptions, TheDirectoryHasTokens) {
  EXPECT_EQ(options("internal-sftp -d /home/%u/a%%b").start_directory("me"), "/home/me/a%b");
  EXPECT_EQ(options("internal-sftp -d %d/www").start_directory("me"), "www");
  EXPECT_EQ(options("internal-sftp -d %d").start_directory("me"), "");
  EXPECT_EQ(options("internal-sftp -d www").start_directory("me"), "www");
}

}  // namespace
}  // namespace pysshrp::sftp
