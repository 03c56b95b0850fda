#include "auth/authorized_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "keys.h"

namespace pysshrp::auth {
namespace {

using namespace std::string_literals;
using std::chrono::system_clock;

constexpr std::time_t kNow = 1'785'585'600;  // 2026-08-01 12:00:00 UTC

struct From {
  std::optional<Address> address = Address::parse("192.0.2.7");
  std::time_t now = kNow;
};

KeyLookupResult look_up(std::string_view file, const From& from = {}) {
  return look_up_key(file, {"ssh-ed25519", keys::kEd25519, from.address, system_clock::from_time_t(from.now)});
}

/// The line that has the key behind these options.
std::string line(std::string_view options) {
  return std::string{options} + " ssh-ed25519 " + std::string{keys::kEd25519} + " me@home\n";
}

bool grants(std::string_view options, const From& from = {}) {
  return look_up(line(options), from).rights.has_value();
}

std::string note(std::string_view options, const From& from = {}) {
  const auto found = look_up(line(options), from);
  EXPECT_FALSE(found.rights) << options;
  return found.notes.size() == 1 ? found.notes.front() : std::to_string(found.notes.size()) + " notes";
}

const std::string kKey = "ssh-ed25519 " + std::string{keys::kEd25519};
const std::string kOtherKey = "ssh-ed25519 " + std::string{keys::kOther};

TEST(AuthorizedKeys, AKeyAloneGrantsEverything) {
  const auto found = look_up(kKey);
  ASSERT_TRUE(found.rights);
  EXPECT_EQ(found.line, 1U);
  EXPECT_TRUE(found.notes.empty());
  EXPECT_FALSE(found.rights->command);
  EXPECT_TRUE(found.rights->pty && found.rights->port_forwarding && found.rights->agent_forwarding &&
              found.rights->x11_forwarding);
}

TEST(AuthorizedKeys, EveryPlainTypeIsFound) {
  using namespace keys;
  const std::pair<std::string, std::string_view> all[] = {
      {"ssh-ed25519", kEd25519},      {"ecdsa-sha2-nistp256", kP256}, {"ecdsa-sha2-nistp384", kP384},
      {"ecdsa-sha2-nistp521", kP521}, {"ssh-rsa", kRsa2048},          {"sk-ssh-ed25519@openssh.com", kSecurityKey}};
  std::string file;
  for (const auto& [type, base64] : all) file += type + ' ' + std::string{base64} + '\n';
  std::size_t number = 0;
  for (const auto& [type, base64] : all) EXPECT_EQ(look_up_key(file, {type, base64, {}, {}}).line, ++number) << type;
}

TEST(AuthorizedKeys, LinesAreReadAsSshdDoes) {
  for (const auto& file : {
           kKey + '\n',
           kKey + "\r\n",
           kKey + " a comment, with = \" and #\n",
           " \t " + kKey,
           "ssh-ed25519 \t" + std::string{keys::kEd25519} + "\t\n",
           "\n\r\n  # " + kOtherKey + "\n#\n" + kOtherKey + "\nnonsense\n" + kKey,
           "pty \t " + kKey,
       })
    EXPECT_TRUE(look_up(file).rights) << file;
}

TEST(AuthorizedKeys, NothingElseIsTheKey) {
  const std::string base64{keys::kEd25519};
  for (const auto& file : {
           ""s,
           kOtherKey,
           "#" + kKey,
           " \t# " + kKey,
           "ssh-ed25519" + base64,
           "ssh-ed25519"s,
           "ssh-ed25519 "s,
           base64,
           "SSH-ED25519 " + base64,
           "ssh-rsa " + base64,
           "ssh-ed25519 " + base64.substr(4),
           "ssh-ed25519 " + base64.substr(0, base64.size() - 4),
           "ssh-ed25519 " + base64 + "AAAA",
           "ssh-ed25519 " + base64 + "=",
           "ssh-ed25519 " + base64 + "\\",
           "ssh-ed25519\n" + base64,
           "ssh-ed25519 " + base64.substr(0, 20) + ' ' + base64.substr(20),
           "ssh-ed25519 " + base64.substr(0, 20) + '\n' + base64.substr(20),
           "ssh-ed25519-cert-v01@openssh.com " + base64,
           "@revoked " + kKey,
           kOtherKey + ' ' + kKey,
           "\xef\xbb\xbf" + kKey,
       })
    EXPECT_FALSE(look_up(file).rights) << file;
}

TEST(AuthorizedKeys, WhatIsOfferedHasToBeOneThing) {
  const std::string file = kKey + "\nssh-ed25519-cert-v01@openssh.com " + std::string{keys::kCertificate} +
                           "\nssh-dss AAAAB3NzaC1kc3M=\nssh-ed25519 \n";
  const std::pair<std::string_view, std::string_view> none[] = {
      {"ssh-rsa", keys::kEd25519},
      {"", keys::kEd25519},
      {"ssh-ed25519", ""},
      {"ssh-ed25519", "AAAA"},
      {"", ""},
      {"ssh-ed25519-cert-v01@openssh.com", keys::kCertificate},
      {"ssh-dss", "AAAAB3NzaC1kc3M="}};
  for (const auto& [type, base64] : none) EXPECT_FALSE(look_up_key(file, {type, base64, {}, {}}).rights) << type;
}

TEST(AuthorizedKeys, ANulIsNoSpace) {
  EXPECT_FALSE(look_up("ssh-ed25519\0"s + std::string{keys::kEd25519}).rights);
  EXPECT_FALSE(look_up("\0"s + kKey).rights);
  EXPECT_FALSE(look_up("pty\0 "s + kKey).rights);
  EXPECT_FALSE(look_up("command=\"a\0b\" "s + kKey).rights);
  EXPECT_TRUE(look_up(kKey + " \0"s).rights);
}

TEST(AuthorizedKeys, LongLinesAreLines) {
  EXPECT_EQ(look_up(line("command=\"" + std::string(100'000, 'x') + '"')).rights->command->size(), 100'000U);
}

TEST(AuthorizedKeys, OptionsTakeRightsAndGiveThemBack) {
  using R = KeyRights;
  const struct {
    const char* options;
    std::vector<bool R::*> taken;
  } cases[] = {
      {"no-pty", {&R::pty}},
      {"no-port-forwarding", {&R::port_forwarding}},
      {"no-agent-forwarding", {&R::agent_forwarding}},
      {"no-X11-forwarding", {&R::x11_forwarding}},
      {"No-Pty,NO-x11-FORWARDING", {&R::pty, &R::x11_forwarding}},
      {"no-pty,pty", {}},
      {"user-rc,no-user-rc", {}},
      {"restrict", {&R::pty, &R::port_forwarding, &R::agent_forwarding, &R::x11_forwarding}},
      {"RESTRICT,pty", {&R::port_forwarding, &R::agent_forwarding, &R::x11_forwarding}},
      {"pty,restrict", {&R::pty, &R::port_forwarding, &R::agent_forwarding, &R::x11_forwarding}},
      {"restrict,port-forwarding,agent-forwarding,X11-forwarding", {&R::pty}},
  };
  for (const auto& c : cases) {
    const auto found = look_up(line(c.options));
    ASSERT_TRUE(found.rights) << c.options;
    for (const auto right : {&R::pty, &R::port_forwarding, &R::agent_forwarding, &R::x11_forwarding})
      EXPECT_EQ((*found.rights).*right, std::find(c.taken.begin(), c.taken.end(), right) == c.taken.end()) << c.options;
  }
}

TEST(AuthorizedKeys, ACommandIsUnquoted) {
  const std::pair<std::string, std::string> cases[] = {
      {R"(command="ls -l")", "ls -l"},
      {R"(Command="")", ""},
      {R"(command="echo \"a b\", c")", "echo \"a b\", c"},
      {R"(command="a\\b\n")", R"(a\\b\n)"},
      {R"(command="a\\"")", R"(a\")"},
      {R"(restrict,command="a=b",pty)", "a=b"},
  };
  for (const auto& [options, command] : cases) {
    const auto found = look_up(line(options));
    ASSERT_TRUE(found.rights) << options;
    EXPECT_EQ(found.rights->command, command);
  }
}

TEST(AuthorizedKeys, AnOptionNotUnderstoodMakesTheLineUnusable) {
  for (const std::string option : {"environment=\"A=hunter2\"",
                                   "permitopen=\"a:1\"",
                                   "permitlisten=\"1\"",
                                   "no-cert-authority",
                                   "principals",
                                   "tunnel=\"0\"",
                                   "no-touch-required",
                                   "verify-required",
                                   "touch-required",
                                   "no-restrict",
                                   "no-no-pty",
                                   "foo",
                                   "foo=\"1\"",
                                   "pty=\"1\"",
                                   "command",
                                   "from",
                                   "expiry-time",
                                   "restrictpty",
                                   "no-ptyx",
                                   "zo-pty",
                                   "ssh-ed25519"}) {
    const auto name = option.substr(0, option.find('='));
    const auto expected = "line 1: the option \"" + name + "\" is not understood, the line is not used";
    for (const auto& options : {option, "restrict," + option, option + ",pty"}) EXPECT_EQ(note(options), expected);
  }
}

TEST(AuthorizedKeys, ACommaWithNothingBesideItMakesTheLineUnusable) {
  for (const char* options : {"restrict,", "command=\"a\",", "no-pty,pty,"})
    EXPECT_EQ(note(options), "line 1: the options end in a comma, the line is not used") << options;
  for (const char* options : {",restrict", "restrict,,pty", ","})
    EXPECT_EQ(note(options), "line 1: the option \"\" is not understood, the line is not used") << options;
}

TEST(AuthorizedKeys, OptionsOfInternalSftpAreReadOrTheLineIsNot) {
  const auto rights = look_up(line("command=\"internal-sftp -R -P remove\"")).rights;
  ASSERT_TRUE(rights);
  EXPECT_EQ(rights->command, "internal-sftp -R -P remove");
  EXPECT_TRUE(rights->sftp.read_only);
  EXPECT_EQ(rights->sftp.denied, std::vector{"remove"s});
  EXPECT_EQ(note("command=\"internal-sftp -u 077\""),
            "line 1: internal-sftp's option -u is not honoured here, the line is not used");
  EXPECT_EQ(note("restrict,command=\"internal-sftp -R x\",pty"),
            "line 1: internal-sftp has an argument that is no option, the line is not used");
  EXPECT_FALSE(look_up(line("command=\"/usr/lib/openssh/sftp-server -R\"")).rights->sftp.any());
}

TEST(KeyRights, OfTwoKeysAreWhatBothGrant) {
  const auto rights = [](std::string_view options) { return parse_key_options(options)->rights; };
  const auto granted = both(rights("no-pty,command=\"a\""), rights("restrict,pty,x11-forwarding"));
  ASSERT_TRUE(granted);
  EXPECT_EQ(granted->command, "a");
  EXPECT_FALSE(granted->pty || granted->port_forwarding || granted->agent_forwarding);
  EXPECT_TRUE(granted->x11_forwarding);
  EXPECT_TRUE(both(rights("pty"), rights("command=\"internal-sftp -R\""))->sftp.read_only);
  EXPECT_TRUE(both(rights("command=\"internal-sftp -R\""), rights("pty"))->sftp.read_only);
  EXPECT_TRUE(both(rights("command=\"a\""), rights("command=\"a\"")));
  EXPECT_EQ(both(rights("command=\"a\""), rights("command=\"b\"")).error().what, "two keys force different commands");
  EXPECT_FALSE(both(rights("command=\"internal-sftp -R\""), rights("command=\"internal-sftp\"")));
}

TEST(AuthorizedKeys, AValueThatIsNoneMakesTheLineUnusable) {
  EXPECT_EQ(note("command=ls"), "line 1: the value of command= is not in quotes, the line is not used");
  EXPECT_EQ(note("command=\"a\"b"), "line 1: the option \"b\" is not understood, the line is not used");
  EXPECT_EQ(note("command=\"a\",command=\"a\""),
            "line 1: the option \"command\" stands there twice, the line is not used");
  EXPECT_EQ(note("from=\"*\",From=\"*\""), "line 1: the option \"from\" stands there twice, the line is not used");
  EXPECT_EQ(note("expiry-time=\"tomorrow\""), "line 1: \"tomorrow\" is no time for expiry-time=, the line is not used");
  EXPECT_EQ(note("from=\"10.0.0.1/8\""),
            "line 1: from= has the entry \"10.0.0.1/8\", which means nothing here, the line is not used");
  EXPECT_EQ(note("command=\"a"), "line 1: has this key, but not in its place: is a quote missing?");
}

TEST(AuthorizedKeys, FromIsHeldAgainstTheAddress) {
  EXPECT_TRUE(grants("from=\"192.0.2.0/24\""));
  EXPECT_EQ(note("from=\"198.51.100.0/24\""), "line 1: from= does not allow 192.0.2.7");
  EXPECT_TRUE(grants("from=\"192.0.2.7\"", {Address::parse("::ffff:192.0.2.7")}));
  EXPECT_EQ(note("from=\"*\"", {std::nullopt}), "line 1: from= does not allow who has no address");
  EXPECT_TRUE(grants("pty", {std::nullopt}));
}

TEST(AuthorizedKeys, ExpireWithTheSecondAfterTheirTime) {
  const std::string until = "expiry-time=\"20260801120000Z\"";
  EXPECT_TRUE(grants(until, {{}, kNow}));
  EXPECT_EQ(note(until, {{}, kNow + 1}), "line 1: has expired");
  const Address address = *Address::parse("192.0.2.7");
  const auto late = system_clock::from_time_t(kNow) + std::chrono::milliseconds{999};
  EXPECT_TRUE(look_up_key(line(until), {"ssh-ed25519", keys::kEd25519, address, late}).rights);
}

TEST(AuthorizedKeys, TheLastDayThereIsHasNotCome) {
  EXPECT_TRUE(grants("expiry-time=\"99991231235959Z\""));
}

TEST(AuthorizedKeys, OfSeveralTimesTheFirstCounts) {
  const std::string early = "expiry-time=\"20260731Z\"", late = "expiry-time=\"20260901Z\"";
  EXPECT_TRUE(grants(late + ',' + late));
  EXPECT_FALSE(grants(early + ',' + late));
  EXPECT_FALSE(grants(late + ',' + early));
}

TEST(AuthorizedKeys, TheFirstLineThatAllowsItGrants) {
  const auto found = look_up(kOtherKey + '\n' + line("from=\"198.51.100.1\"") + line("command=\"first\"") + kKey);
  ASSERT_TRUE(found.rights);
  EXPECT_EQ(found.line, 3U);
  EXPECT_EQ(found.rights->command, "first");
  EXPECT_EQ(found.notes, std::vector{"line 2: from= does not allow 192.0.2.7"s});
}

TEST(AuthorizedKeys, NotesAreOfThisKeyAndFew) {
  std::string file = "foo " + kOtherKey + "\nfrom=\"10.0.0.1/8\" " + kOtherKey + "\n# " + kKey + "\nnonsense\n";
  EXPECT_TRUE(look_up(file).notes.empty());
  for (int i = 0; i < 1000; ++i) file += line("foo");
  EXPECT_EQ(look_up(file).notes.size(), 8U);
  EXPECT_LT(note(std::string(10'000, 'x')).size(), 120U);
}

}  // namespace
}  // namespace pysshrp::auth
