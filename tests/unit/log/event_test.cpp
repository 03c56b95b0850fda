#include "log/event.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "log/log.h"
#include "log/text.h"

namespace pysshrp::log {
namespace {

Context stranger() {
  Context c;
  c.peer = "192.0.2.7";
  c.port = 40000;
  return c;
}

Context alice() {
  Context c = stranger();
  c.user = "alice";
  c.server = "web";
  c.upstream = "web1:22";
  c.upstream_user = "deploy";
  c.method = "password";
  return c;
}

Context nobody() {
  Context c = stranger();
  c.user = "admin";
  c.invalid_user = true;
  c.method = "password";
  return c;
}

/// What a sink with lines only writes.
std::string said(const Event& event, const Context& context) {
  return line(describe(event, context));
}

std::string field(const Record& record, std::string_view name) {
  for (const auto& [key, value] : record.fields)
    if (key == name) return value;
  return "(none)";
}

TEST(Events, SpeakAsSshdDoes) {
  EXPECT_EQ(said(UserRefused{"no server has this user"}, nobody()), "Invalid user admin from 192.0.2.7 port 40000");
  EXPECT_EQ(describe(LoginFailed{}, nobody()).message,
            "Failed password for invalid user admin from 192.0.2.7 port 40000 ssh2");
  EXPECT_EQ(describe(LoginFailed{}, alice()).message, "Failed password for alice from 192.0.2.7 port 40000 ssh2");
  EXPECT_EQ(describe(LoginAccepted{}, alice()).message, "Accepted password for alice from 192.0.2.7 port 40000 ssh2");
  EXPECT_EQ(describe(LoginPartial{}, alice()).message, "Partial password for alice from 192.0.2.7 port 40000 ssh2");
  Context by_key = alice();
  by_key.method = "publickey";
  by_key.key = "ED25519 SHA256:abc";
  EXPECT_EQ(describe(LoginFailed{}, by_key).message,
            "Failed publickey for alice from 192.0.2.7 port 40000 ssh2: ED25519 SHA256:abc");
}

TEST(Events, SpeakAsSshdDoesOfAnEndBeforeTheLogin) {
  const auto ended = [](const DisconnectReason& how, const Context& c) { return said(LoginEnded{how}, c); };
  EXPECT_EQ(ended(ClientClosed{}, alice()),
            "Connection closed by authenticating user alice 192.0.2.7 port 40000 [preauth]");
  EXPECT_EQ(ended(ClientClosed{}, nobody()), "Connection closed by invalid user admin 192.0.2.7 port 40000 [preauth]");
  EXPECT_EQ(ended(ClientClosed{}, stranger()), "Connection closed by 192.0.2.7 port 40000 [preauth]");
  EXPECT_EQ(ended(ClientDisconnected{"11: bye"}, alice()),
            "Received disconnect from 192.0.2.7 port 40000:11: bye [preauth]");
  EXPECT_EQ(ended(GraceTimeOver{}, alice()), "Timeout before authentication for 192.0.2.7 port 40000");
  EXPECT_EQ(ended(TooManyTries{}, alice()),
            "maximum authentication attempts exceeded for alice from 192.0.2.7 port 40000 ssh2 [preauth]");
  EXPECT_EQ(ended(TooManyTries{}, nobody()),
            "maximum authentication attempts exceeded for invalid user admin from 192.0.2.7 port 40000 ssh2 [preauth]");
  EXPECT_EQ(said(HandshakeFailed{PastMaxStartups{257, "[198.51.100.2]:22", "MaxStartups"}}, stranger()),
            "drop connection #257 from [192.0.2.7]:40000 on [198.51.100.2]:22 past MaxStartups");
  EXPECT_EQ(said(HandshakeFailed{NotNegotiated{"no matching cipher found. Their offer: 3des-cbc"}}, stranger()),
            "Unable to negotiate with 192.0.2.7 port 40000: no matching cipher found. Their offer: 3des-cbc [preauth]");
  EXPECT_EQ(said(HandshakeFailed{Broken{"invalid format"}}, stranger()),
            "Connection from 192.0.2.7 port 40000: invalid format [preauth]");
}

TEST(Events, HaveTheAddressOfAnUpstreamThatIsAName) {
  const auto address = [](const char* upstream, const char* of_it) {
    Context c = alice();
    c.upstream = upstream;
    c.upstream_address = of_it;
    return field(describe(LoginAccepted{}, c), "PYSSHRP_UPSTREAM_ADDRESS");
  };
  EXPECT_EQ(address("web1:22", "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(address("web1:22", "2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(address("192.0.2.1:22", "192.0.2.1"), "(none)");
  EXPECT_EQ(address("[2001:db8::1]:22", "2001:db8::1"), "(none)");
  EXPECT_EQ(address("web1:22", ""), "(none)");
}

TEST(Events, SayWhichHostWasPassedOver) {
  EXPECT_EQ(said(UpstreamPassedOver{"web0:22: Connection refused"}, stranger()),
            "Upstream passed over: web0:22: Connection refused peer=192.0.2.7 port=40000");
  EXPECT_EQ(describe(UpstreamPassedOver{}, stranger()).level, Level::warning);
}

TEST(Events, DoNotLetAUserNameForgeAnAddress) {
  Context c = nobody();
  c.user = "a from 6.6.6.6 port 1 ssh2: x";
  const std::string name = "a\\040from\\0406.6.6.6\\040port\\0401\\040ssh2\\072\\040x";
  EXPECT_EQ(said(UserRefused{"unknown"}, c), "Invalid user " + name + " from 192.0.2.7 port 40000");
  EXPECT_EQ(said(LoginFailed{}, c), "Failed password for invalid user " + name + " from 192.0.2.7 port 40000 ssh2");
  EXPECT_EQ(field(describe(LoginFailed{}, c), "PYSSHRP_USER"), c.user);
}

TEST(Events, SayInALineWhatTheyKnow) {
  EXPECT_EQ(
      said(LoginAccepted{}, alice()),
      "Accepted password for alice from 192.0.2.7 port 40000 ssh2 server=web upstream=web1:22 upstream_user=deploy");
  EXPECT_EQ(
      said(UserRefused{"not from this address"}, alice()),
      "User alice from 192.0.2.7 port 40000 not allowed because not from this address server=web upstream=web1:22 "
      "upstream_user=deploy");
  const std::string who =
      "user=alice peer=192.0.2.7 port=40000 method=password server=web upstream=web1:22 upstream_user=deploy";
  EXPECT_EQ(said(Denied{"exec"}, alice()), "Not allowed here: exec " + who);
  EXPECT_EQ(said(NotOpened{"direct-tcpip db.lan:5432", "Connection refused"}, alice()),
            "Not opened: direct-tcpip db.lan:5432: Connection refused " + who);
  EXPECT_EQ(said(UpstreamFailed{"refused"}, alice()), "Upstream failed: refused " + who);
  EXPECT_EQ(said(HostKeyRecorded{"SHA256:abc", "/f"}, alice()),
            "New upstream host key SHA256:abc recorded in /f " + who);
  EXPECT_EQ(said(Closed{1, 2, std::chrono::milliseconds{61005}, "client disconnected"}, alice()),
            "Session closed: client disconnected " + who + " bytes_up=1 bytes_down=2 duration=61.005");
  EXPECT_EQ(said(FileClosed{"/a b", 3, 4, std::chrono::milliseconds{1500}, false}, alice()),
            "close \"/a b\" bytes read 3 written 4 " + who + " duration=1.500");
  EXPECT_EQ(said(FileClosed{"/a", 0, 18446744073709551615U, {}, true}, alice()),
            "forced close \"/a\" bytes read 0 written 18446744073709551615 " + who + " duration=0.000");
  EXPECT_EQ(said(FileOperation{"mkdir", "/a", "", "Success"}, alice()), "mkdir name \"/a\": Success " + who);
  EXPECT_EQ(said(FileOperation{"rename", "/a", "/b", "No such file"}, alice()),
            "rename old \"/a\" new \"/b\": No such file " + who);
  EXPECT_EQ(said(FileDenied{"open", "/a", "", "read-only"}, alice()), "Refused open name \"/a\": read-only " + who);
  EXPECT_EQ(said(FileDenied{"hardlink", "/a", "/b", "leads outside"}, alice()),
            "Refused hardlink old \"/a\" new \"/b\": leads outside " + who);
  EXPECT_EQ(said(DenialsLeftOut{12}, alice()), "Refused 12 more requests, too many for a record of each " + who);
  EXPECT_EQ(said(RecordsLost{12}, alice()), "Lost 12 records before this one: the log did not take them " + who);
  EXPECT_EQ(said(Stuck{}, alice()), "Ended by the watchdog: 20 s of processor time without a pause " + who);
  EXPECT_EQ(said(SftpEnded{"the root: No such file"}, alice()), "SFTP channel ended: the root: No such file " + who);
  EXPECT_EQ(said(ConfigFaulty{"a.ini:3: no"}, stranger()),
            "Configuration fault: a.ini:3: no peer=192.0.2.7 port=40000");
  EXPECT_EQ(said(Internal{Level::debug, "hello"}, stranger()), "hello peer=192.0.2.7 port=40000");
}

TEST(Events, CarryFields) {
  const Record closed = describe(Closed{1, 2, std::chrono::milliseconds{7}, "upstream closed"}, alice());
  const std::map<std::string_view, std::string> fields{closed.fields.begin(), closed.fields.end()};
  const std::map<std::string_view, std::string> expected{{"PYSSHRP_USER", "alice"},
                                                         {"PYSSHRP_PEER", "192.0.2.7"},
                                                         {"PYSSHRP_PORT", "40000"},
                                                         {"PYSSHRP_SERVER", "web"},
                                                         {"PYSSHRP_UPSTREAM", "web1:22"},
                                                         {"PYSSHRP_UPSTREAM_USER", "deploy"},
                                                         {"PYSSHRP_METHOD", "password"},
                                                         {"PYSSHRP_BYTES_UP", "1"},
                                                         {"PYSSHRP_BYTES_DOWN", "2"},
                                                         {"PYSSHRP_DURATION", "0.007"},
                                                         {"PYSSHRP_REASON", "upstream closed"}};
  EXPECT_EQ(fields, expected);
  EXPECT_EQ(field(describe(LoginAccepted{}, stranger()), "PYSSHRP_USER"), "(none)") << "unknown fields are left out";
  EXPECT_EQ(field(describe(LoginEnded{GraceTimeOver{}}, nobody()), "PYSSHRP_REASON"), "login grace time is over");
}

TEST(Events, CarryWhatWasDoneToFiles) {
  const auto fields = [](const Event& event) {
    const Record record = describe(event, Context{});
    std::map<std::string_view, std::string> all{record.fields.begin(), record.fields.end()};
    EXPECT_EQ(all.erase("PYSSHRP_PEER") + all.erase("PYSSHRP_PORT"), 2U);
    return all;
  };
  using Fields = std::map<std::string_view, std::string>;
  EXPECT_EQ(fields(FileClosed{"/a\"b", 1, 2, std::chrono::milliseconds{7}, false}),
            (Fields{{"PYSSHRP_OPERATION", "close"},
                    {"PYSSHRP_PATH", "/a\"b"},
                    {"PYSSHRP_BYTES_READ", "1"},
                    {"PYSSHRP_BYTES_WRITTEN", "2"},
                    {"PYSSHRP_DURATION", "0.007"}}));
  EXPECT_EQ(fields(FileClosed{"/a", 0, 0, {}, true})["PYSSHRP_REASON"], "still open when the session ended");
  EXPECT_EQ(fields(FileOperation{"rename", "/a", "/b", "Failure"}), (Fields{{"PYSSHRP_OPERATION", "rename"},
                                                                            {"PYSSHRP_PATH", "/a"},
                                                                            {"PYSSHRP_SECOND_PATH", "/b"},
                                                                            {"PYSSHRP_STATUS", "Failure"}}));
  EXPECT_EQ(fields(FileDenied{"symlink", "/a", "/b", "outside"}), (Fields{{"PYSSHRP_OPERATION", "symlink"},
                                                                          {"PYSSHRP_PATH", "/a"},
                                                                          {"PYSSHRP_SECOND_PATH", "/b"},
                                                                          {"PYSSHRP_REASON", "outside"}}));
  EXPECT_EQ(fields(SftpEnded{"wrong reply"}), (Fields{{"PYSSHRP_REASON", "wrong reply"}}));
  EXPECT_EQ(describe(SftpEnded{}, alice()).level, Level::error);
  EXPECT_EQ(describe(FileClosed{}, alice()).level, Level::info);
  EXPECT_EQ(describe(FileOperation{}, alice()).level, Level::info);
  EXPECT_EQ(describe(FileDenied{}, alice()).level, Level::notice);
  EXPECT_EQ(fields(DenialsLeftOut{12}), (Fields{{"PYSSHRP_COUNT", "12"}}));
  EXPECT_EQ(fields(RecordsLost{12}), (Fields{{"PYSSHRP_COUNT", "12"}}));
}

TEST(Events, DoNotLetAPathForgeALine) {
  Context c;
  c.port = 1;
  const std::string path = "/a\": Success\nremove name \"/b\\";
  EXPECT_EQ(said(FileOperation{"remove x", path, "", "Failure"}, c),
            "remove\\040x name \"/a\\042: Success\\012remove name \\042/b\\\\\": Failure peer=unknown port=1");
  EXPECT_EQ(field(describe(FileDenied{"open", path, "", ""}, c), "PYSSHRP_PATH"),
            "/a\": Success\\012remove name \"/b\\\\");
}

TEST(Events, HaveAWholePathInItsFieldAndRoomForWhoItWasInALine) {
  const std::string longest = std::string(4095, '"') + 'z', hardest = std::string(4095, '\n') + 'z';
  for (const std::string& path : {longest, hardest}) {
    Context c = alice();
    c.user = c.server = c.upstream = c.upstream_user = std::string(kMaxName, 'u');
    const Record renamed = describe(FileOperation{"rename", path, path, "Success"}, c);
    for (const auto* name : {"PYSSHRP_PATH", "PYSSHRP_SECOND_PATH"})
      EXPECT_EQ(field(renamed, name), printable(path, std::string::npos));
    EXPECT_EQ(line(renamed).find("...\" new \""), std::string{"rename old \""}.size() + 1020) << "255 escapes";
    EXPECT_NE(line(renamed).find(": Success user=" + c.user), std::string::npos);
    EXPECT_TRUE(line(renamed).ends_with(" upstream_user=" + c.upstream_user));
  }
}

TEST(Events, SayThatTheUpstreamIsNotVerified) {
  Context c = alice();
  c.unverified = true;
  const Record accepted = describe(LoginAccepted{}, c);
  EXPECT_EQ(accepted.message,
            "Accepted password for alice from 192.0.2.7 port 40000 ssh2: upstream host key not verified");
  EXPECT_EQ(field(accepted, "PYSSHRP_UNVERIFIED"), "yes");
  EXPECT_EQ(line(accepted), accepted.message + " server=web upstream=web1:22 upstream_user=deploy");
  const Record ended = describe(LoginEnded{ClientClosed{}}, c);
  EXPECT_EQ(field(ended, "PYSSHRP_UNVERIFIED"), "yes");
  EXPECT_EQ(line(ended).find("verified"), std::string::npos) << "a line of sshd's stays one";
}

const std::vector<Event>& one_of_each() {
  static const std::string bad = "\n\x1b\xff" + std::string(5000, 'x');
  static const std::vector<Event> all{ConfigFaulty{bad},
                                      HandshakeFailed{Broken{bad}},
                                      UserRefused{bad},
                                      LoginFailed{},
                                      LoginEnded{TooManyTries{}},
                                      LoginAccepted{},
                                      LoginPartial{},
                                      KeyNoted{bad},
                                      UpstreamFailed{bad},
                                      UpstreamPassedOver{bad},
                                      HostKeyRecorded{bad, bad},
                                      Denied{bad},
                                      NotOpened{bad, bad},
                                      FileClosed{bad, 1, 2, {}, true},
                                      FileOperation{bad, bad, bad, bad},
                                      FileDenied{bad, bad, bad, bad},
                                      DenialsLeftOut{1},
                                      RecordsLost{1},
                                      SftpEnded{bad},
                                      Closed{0, 0, {}, bad},
                                      Stuck{},
                                      Internal{Level::debug, bad}};
  return all;
}

TEST(Events, EscapeAndBoundWhateverComesFromOutside) {
  const std::string bad = "\n\x1b\xff" + std::string(5000, 'x');
  Context c;
  c.peer = c.user = c.server = c.upstream = c.upstream_user = c.method = bad;
  std::vector<Event> events = one_of_each();
  for (const DisconnectReason& how :
       {DisconnectReason{ClientClosed{}}, DisconnectReason{ClientDisconnected{bad}},
        DisconnectReason{NotNegotiated{bad}}, DisconnectReason{PastMaxStartups{1, bad, bad}}})
    events.emplace_back(LoginEnded{how});
  for (const Event& event : events) {
    const Record record = describe(event, c);
    const auto clean = [](const std::string& text) {
      return std::none_of(text.begin(), text.end(), [](char ch) { return ch < 0x20 || ch > 0x7e; });
    };
    EXPECT_TRUE(clean(record.message)) << record.message;
    EXPECT_LT(record.message.size(), 3 * kMaxSentence + 2 * kMaxName);
    for (const auto& [name, value] : record.fields) {
      EXPECT_TRUE(clean(value)) << name;
      const std::map<std::string_view, std::size_t> most{{"PYSSHRP_REASON", kMaxSentence},
                                                         {"PYSSHRP_STATUS", kMaxSentence},
                                                         {"PYSSHRP_PATH", kMaxPath},
                                                         {"PYSSHRP_SECOND_PATH", kMaxPath}};
      const auto bound = most.find(name);
      EXPECT_LE(value.size(), bound == most.end() ? kMaxName : bound->second) << name;
    }
  }
}

TEST(Events, HaveOneIdentifierEachWhichTheCatalogExplains) {
  ASSERT_EQ(one_of_each().size(), std::variant_size_v<Event>);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < one_of_each().size(); ++i) {
    EXPECT_EQ(one_of_each()[i].index(), i);
    ids.emplace(describe(one_of_each()[i], alice()).message_id);
  }
  EXPECT_EQ(ids.size(), std::variant_size_v<Event>);
  for (const auto& id : ids) EXPECT_EQ(id.size(), 32U);

  std::ifstream catalog{PYSSHRP_SOURCE_DIR "/units/pysshrp.catalog"};
  std::multiset<std::string> explained;
  for (std::string text; std::getline(catalog, text);)
    if (text.rfind("-- ", 0) == 0) explained.insert(text.substr(3));
  EXPECT_EQ(explained, (std::multiset<std::string>{ids.begin(), ids.end()}));
}

/// The entries of the catalog by their identifiers.
std::map<std::string, std::string> catalog() {
  std::ifstream file{PYSSHRP_SOURCE_DIR "/units/pysshrp.catalog"};
  std::map<std::string, std::string> entries;
  std::string* entry = nullptr;
  for (std::string text; std::getline(file, text);) {
    if (text.rfind("-- ", 0) == 0)
      entry = &entries[text.substr(3)];
    else if (entry != nullptr)
      *entry += text + '\n';
  }
  return entries;
}

/// The texts between `@`s.
std::set<std::string> fields_named_in(const std::string& text) {
  std::set<std::string> names;
  for (auto at = text.find("@PYSSHRP_"); at != text.npos; at = text.find("@PYSSHRP_", at + 1))
    names.insert(text.substr(at + 1, text.find('@', at + 1) - at - 1));
  return names;
}

TEST(Events, HaveTheFieldsThatTheirExplanationNames) {
  Context c = alice();
  c.method = "publickey";
  c.key = "ED25519 SHA256:abc";
  auto entries = catalog();
  for (const Event& event : one_of_each()) {
    const Record record = describe(event, c);
    const std::string& explained = entries[std::string{record.message_id}];
    EXPECT_EQ(explained.rfind("Subject: ", 0), 0U) << record.message_id;
    EXPECT_NE(explained.find("\nDocumentation: man:"), explained.npos) << record.message_id;
    for (const std::string& name : fields_named_in(explained))
      EXPECT_NE(field(record, name), "(none)") << record.message_id << " needs " << name;
  }
}

/// PYSSHRP_BYTES_UP as ` bytes_up=`.
std::string key_in_line(std::string_view name) {
  std::string key{name.substr(std::string_view{"PYSSHRP_"}.size())};
  std::transform(key.begin(), key.end(), key.begin(), [](char c) { return c == '_' ? c : static_cast<char>(c + 32); });
  return ' ' + key + '=';
}

TEST(Events, SayInALineEveryFieldThatTheMessageDoesNot) {
  for (const Event& event : one_of_each()) {
    const Record record = describe(event, alice());
    const std::string text = line(record);
    EXPECT_EQ(text.find(record.message), 0U);
    for (std::size_t i = 0; i < record.fields.size(); ++i)
      EXPECT_EQ(text.find(key_in_line(record.fields[i].first)) != text.npos, i >= record.fields_in_message)
          << record.fields[i].first << " of " << text;
  }
}

/// Keeps what is written, in the test's own hands.
class Memory final : public Sink {
 public:
  explicit Memory(std::vector<Record>& records) : records_(records) {}
  bool write(const Record& record) noexcept override {
    records_.push_back(record);
    return true;
  }

 private:
  std::vector<Record>& records_;
};

TEST(Log, LeavesOutWhatWeighsLess) {
  std::vector<Record> records;
  Log log{std::make_unique<Memory>(records)};
  log.context = alice();
  log(Internal{Level::debug, "detail"});
  EXPECT_TRUE(records.empty());
  log(LoginAccepted{});
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(field(records[0], "PYSSHRP_USER"), "alice");
  log.set_level(Level::notice);
  log(LoginAccepted{});
  EXPECT_EQ(records.size(), 1U);
  log(LoginFailed{});
  EXPECT_EQ(records.size(), 2U);
}

}  // namespace
}  // namespace pysshrp::log
