#include "upstream/known_hosts.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp::upstream {
namespace {

using namespace std::string_literals;

const std::string kGood = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGGNwIkNqOwIgF6HJJg7RhkDU3b94lHITMRuE4Nzm3Xz",
                  kOther = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFjwRhhCO45FKkWKJQwzYYlEvGMgGk5vcDHTYGBVKvLk";
const HostName kHost{"host.example"};

std::size_t keys(const std::string& text, std::uint16_t port = 22, const HostName& host = kHost) {
  return KnownHosts::parse(text).find(host, port).keys.size();
}

TEST(KnownHosts, AreFoundInEveryForm) {
  for (const std::string name :
       {"host.example", "HOST.example", "a,host.example,b", "*.example", "h?st.*", "*,!other", "*", "**.example*"})
    EXPECT_EQ(keys(name + ' ' + kGood + '\n'), 1U) << name;
  EXPECT_EQ(keys("host.example " + kGood), 1U) << "a last line without an end";
  EXPECT_EQ(keys(" \thost.example\t " + kGood + " a comment\n"), 1U) << "tabs and blanks";
  EXPECT_EQ(keys("host.example " + kGood + "\r\n"), 1U) << "CRLF";
  EXPECT_EQ(keys("HOST.EXAMPLE " + kGood, 22, HostName{"Host.Example"}), 1U);
}

TEST(KnownHosts, OfOthersAreNot) {
  for (const std::string name :
       {"host.exampl", "host.example.org", "host", "!host.example,*", "*,!*.example", "?", "!other", "",
        "[host.example]:22", "host.example:22", "|1|host.example", "#host.example"})
    EXPECT_EQ(keys(name + ' ' + kGood + '\n'), 0U) << name;
  EXPECT_EQ(keys("# host.example " + kGood + '\n'), 0U);
}

TEST(KnownHosts, AtAnotherPortAreNamedWithIt) {
  for (const std::string name : {"[host.example]:2222", "*", "[*.example]:2222", "[host.example]:*", "[*]:22??"})
    EXPECT_EQ(keys(name + ' ' + kGood + '\n', 2222), 1U) << name;
  for (const std::string name : {"host.example", "*.example", "[host.example]:222", "host.example:2222"})
    EXPECT_EQ(keys(name + ' ' + kGood + '\n', 2222), 0U) << name;
  EXPECT_EQ(known_hosts_name(HostName{"::1"}, 22), "::1");
  EXPECT_EQ(known_hosts_name(HostName{"::1"}, 2222), "[::1]:2222");
}

// By ssh-keygen -H.
TEST(KnownHosts, AreFoundByTheirHash) {
  const std::string hash = "|1|c2FsdHNhbHRzYWx0c2FsdHNhbHQ=|";
  EXPECT_EQ(keys(hash + "wBGy22RL1hShVtfIeXqBPUb9KYk= " + kGood), 1U);
  EXPECT_EQ(keys(hash + "wBGy22RL1hShVtfIeXqBPUb9KYk= " + kGood, 2222), 0U);
  for (const std::string broken : {"", "x", "wBGy22RL1hShVtfIeXqBPUb9KYk", "=", "|"})
    EXPECT_EQ(keys(hash + broken + ' ' + kGood), 0U) << broken;
}

TEST(KnownHosts, AreNotHiddenByALineThatCannotBeRead) {
  const std::string long_line(100'000, 'x');
  for (const std::string& line :
       {"host.example ssh-new AAAA"s, "host.example ssh-ed25519 AAAA!"s, "host.example ssh-ed25519 AAAA"s,
        "host.example ssh-rsa "s + kGood.substr(12), "host.example "s + kGood.substr(0, 40), "host.example"s,
        "host.example ssh-ed25519"s, "host.example 1024 35 12345"s, "host.example " + long_line,
        long_line + ' ' + kGood, "host.example ssh\0-ed25519 AAAA"s, "@unknown host.example " + kGood,
        "@cert-authority *.example " + kGood}) {
    EXPECT_EQ(keys(line + '\n' + "host.example " + kGood + '\n'), 1U) << line.substr(0, 80);
    EXPECT_EQ(keys("host.example " + kGood + '\n' + line + '\n'), 1U) << line.substr(0, 80);
  }
}

TEST(KnownHosts, SayWhichOfTheirLinesAreOfNoUse) {
  const auto found =
      KnownHosts::parse("other ssh-new AAAA\nhost.example ssh-ed25519 AAAA\n\n@cert-authority * " + kGood)
          .find(kHost, 22);
  EXPECT_EQ(found.not_understood, std::vector<std::size_t>{2});
  EXPECT_TRUE(found.has_authority);
  EXPECT_TRUE(found.keys.empty());
}

TEST(KnownHosts, AreRevokedOfWhicheverHost) {
  const auto known = KnownHosts::parse("host.example " + kGood + "\n@revoked other " + kGood + '\n');
  const std::string blob = known.find(kHost, 22).keys.front().blob;
  EXPECT_TRUE(known.is_revoked(blob));
  EXPECT_FALSE(known.is_revoked(KnownHosts::parse("* " + kOther).find(kHost, 22).keys.front().blob));
}

TEST(KnownHosts, AreAskedForInAnyOrder) {
  auto known = KnownHosts::parse("a " + kGood + "\nb " + kGood + "\nb " + kOther + "\nc " + kGood + '\n');
  for (const char* const name : {"c", "a", "b", "b", "c", "a"})
    EXPECT_EQ(known.find_any(HostName{name}, 22).keys.size(), 1U) << name;
  EXPECT_TRUE(known.find_any(HostName{"d"}, 22).keys.empty());
  EXPECT_TRUE(KnownHosts::parse("").find_any(HostName{"a"}, 22).keys.empty());
}

TEST(KnownHosts, SayWhatIsOfNoUseWhereverTheLookUpBegins) {
  auto known = KnownHosts::parse("a ssh-new AAAA\n@cert-authority a " + kGood + "\nb " + kGood + "\na ssh-new AAAA\n");
  EXPECT_EQ(known.find_any(HostName{"b"}, 22).keys.size(), 1U);
  const auto found = known.find_any(HostName{"a"}, 22);
  EXPECT_EQ(found.not_understood, (std::vector<std::size_t>{1, 4}));
  EXPECT_TRUE(found.has_authority);
}

TEST(KnownHosts, MakeTheirKeyTheOneThatIsAskedFor) {
  using Types = std::vector<std::string>;
  const std::string all = "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";
  EXPECT_EQ(prefer_known(all, Types{}), all);
  EXPECT_EQ(prefer_known(all, Types{"ssh-rsa"}), "rsa-sha2-512,rsa-sha2-256,ssh-ed25519,ecdsa-sha2-nistp256");
  EXPECT_EQ(prefer_known(all, Types{"ecdsa-sha2-nistp256", "ssh-ed25519"}), all);
  EXPECT_EQ(prefer_known("ssh-ed25519", Types{"ssh-ed25519"}), "ssh-ed25519");
  EXPECT_EQ(prefer_known("ssh-ed25519", Types{"ssh-rsa"}), "ssh-ed25519");
}

}  // namespace
}  // namespace pysshrp::upstream
