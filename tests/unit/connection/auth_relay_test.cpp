#include "connection/auth_relay.h"

#include <gtest/gtest.h>

#include <map>

#include "fake_login.h"

namespace pysshrp::connection {
namespace {

using auth::KeyPolicy;

/// Keeps the records' texts.
class Sink final : public log::Sink {
 public:
  explicit Sink(std::string& text) : text_(text) {}
  bool write(const log::Record& record) noexcept override {
    text_ += record.message + '\n';
    return true;
  }

 private:
  std::string& text_;
};

/// Whom the client logs in as: what the monitor has for the user.
enum User { stranger, relayed, password, file, file_and_agent, agent, upstream_file };

struct Login {
  fakes::Wire wire;
  fakes::Client client;
  fakes::Monitor monitor;
  route::Route route;
  std::string records;
  log::Log log{std::make_unique<Sink>(records)};
  UpstreamAuth upstream{route, [this] { return std::make_unique<fakes::Upstream>(wire); }};
  AuthRelay relay{client, monitor, log};

  explicit Login(User user) {
    constexpr KeyPolicy kPolicies[] = {KeyPolicy::none,
                                       KeyPolicy::none,
                                       KeyPolicy::none,
                                       KeyPolicy::local_file,
                                       KeyPolicy::local_file_then_agent,
                                       KeyPolicy::agent,
                                       KeyPolicy::upstream_file};
    monitor.policy = kPolicies[user];
    monitor.decides_upstream = user == relayed || user == agent;
    monitor.accepts_unsigned = user == agent || user == upstream_file;
    if (user != password) monitor.right = "nothing that can be typed";
    if (user == stranger) monitor.known = "";
    if (user == upstream_file) route.upstream_key = "/key";
    route.upstream_agent = user == agent || user == file_and_agent;
    if (user != stranger) relay.set_upstream(upstream, route);
  }

  /// The messages: a method and what comes with it.
  static auth::AuthAttempt attempt(const std::string& message) {
    const auto rest = [&](std::size_t from) { return message.substr(from); };
    if (message.starts_with("password ")) return PasswordRequest{Secret{rest(9)}};
    if (message.starts_with("shows ")) return PublicKeyRequest{{"ssh-ed25519", rest(6)}, false};
    if (message.starts_with("signs ")) return PublicKeyRequest{{"ssh-ed25519", rest(6)}, true};
    if (message == "interactive") return KeyboardInteractiveRequest{};
    InfoResponse response;
    response.answers.emplace_back(rest(8));
    return response;
  }

  /// What the client gets, and after `|` what the upstream got, and after another one what is left of the login.
  std::string on(const std::string& message, std::initializer_list<AuthResult> says = {}) {
    client.got.clear();
    wire.sent.clear();
    wire.says = says;
    client.attempt = attempt(message);
    relay.advance(TimePoint{});
    return client.got + " |" + wire.sent + " | " + state();
  }
  std::string state() const {
    constexpr const char* kStates[] = {"open", "accepted", "failed"};
    constexpr const char* kDialogues[] = {"", ", the monitor has asked", ", the upstream has asked"};
    return std::string{kStates[static_cast<int>(relay.state())]} +
           (relay.state() == AuthRelay::State::open && relay.decider() == AuthRelay::Decider::upstream
                ? ", the upstream decides"
                : "") +
           kDialogues[static_cast<int>(relay.dialogue())];
  }
};

const AuthResult kYes = AuthSuccess{}, kNo = AuthFailure{"no"}, kPartly = AuthPartialSuccess{{"password"}},
                 kAsks = InfoRequest{"", "", {{"Code: ", false}}}, kFault = AuthError{"it is down", "down"};

struct Row {
  User user;
  std::vector<const char*> before;  ///< messages, each followed by what the upstream says
  const char* message;
  const AuthResult* says;  ///< null: nothing is expected to be asked
  const char* want;
};

// Messages (RFC 4252, section 5; RFC 4256) x who the user is x what the upstream says.
// clang-format off
const Row kRows[] = {
    // A stranger is refused whatever he comes with, and meets the question that PAM asks; no upstream is asked.
    {stranger, {}, "password right", nullptr, " failure | | open"},
    {stranger, {}, "shows good", nullptr, " key refused | | open"},
    {stranger, {}, "shows bad", nullptr, " key refused | | open"},
    {stranger, {}, "signs good", nullptr, " failure | | open"},
    {stranger, {}, "interactive", nullptr, " asks 'Password: ' | | open, the monitor has asked"},
    {stranger, {"interactive"}, "answers right", nullptr, " failure | | open"},
    {stranger, {"interactive"}, "password right", nullptr, " failure | | open"},

    // Nothing is stored: the upstream decides.
    {relayed, {}, "password x", &kYes, " success | dial password=x | accepted"},
    {relayed, {}, "password x", &kNo, " failure | dial password=x | open"},
    {relayed, {}, "password x", &kPartly, " partial success: keyboard-interactive,password | dial password=x | open, the upstream decides"},
    {relayed, {}, "password x", &kFault, " error: it is down | dial password=x none | failed"},
    {relayed, {}, "interactive", &kYes, " success | dial none keyboard-interactive | accepted"},
    {relayed, {}, "interactive", &kNo, " failure | dial none keyboard-interactive | open"},
    {relayed, {}, "interactive", &kAsks, " asks 'Code: ' | dial none keyboard-interactive | open, the upstream has asked"},
    {relayed, {}, "interactive", &kPartly, " partial success: keyboard-interactive,password | dial none keyboard-interactive | open, the upstream decides"},
    {relayed, {}, "interactive", &kFault, " error: it is down | dial none keyboard-interactive | failed"},
    {relayed, {"interactive", "asks"}, "answers 42", &kYes, " success | answers=42 keyboard-interactive | accepted"},
    {relayed, {"interactive", "asks"}, "answers 42", &kNo, " failure | answers=42 keyboard-interactive | open"},
    {relayed, {"interactive", "asks"}, "answers 42", &kAsks, " asks 'Code: ' | answers=42 keyboard-interactive | open, the upstream has asked"},
    {relayed, {"interactive", "asks"}, "answers 42", &kPartly, " partial success: keyboard-interactive,password | answers=42 keyboard-interactive | open, the upstream decides"},
    {relayed, {"interactive", "asks"}, "password x", &kYes, " success | dial password=x | accepted"},
    {relayed, {"password y", "no"}, "password x", &kYes, " success | password=x | accepted"},
    {relayed, {"password y", "partly"}, "password x", &kYes, " success | password=x | accepted"},
    {relayed, {"password y", "partly"}, "password x", &kNo, " failure | password=x | open, the upstream decides"},
    {relayed, {"password y", "partly"}, "interactive", &kAsks, " asks 'Code: ' | keyboard-interactive | open, the upstream decides, the upstream has asked"},
    {relayed, {}, "signs good", nullptr, " failure | | open"},

    // A password that is checked here.
    {password, {}, "password wrong", nullptr, " failure | | open"},
    {password, {}, "password right", &kYes, " success | dial none password=right | accepted"},
    {password, {}, "password right", &kNo, " error: no | dial none password=right | failed"},
    {password, {}, "password right", &kPartly, " partial success: keyboard-interactive,password | dial none password=right | open, the upstream decides"},
    {password, {}, "password right", &kFault, " error: it is down | dial none password=right | failed"},
    {password, {}, "interactive", nullptr, " asks 'Password: ' | | open, the monitor has asked"},
    {password, {"interactive"}, "answers right", &kYes, " success | dial none password=right | accepted"},
    {password, {"interactive"}, "answers wrong", nullptr, " failure | | open"},
    {password, {"interactive"}, "interactive", nullptr, " asks 'Password: ' | | open, the monitor has asked"},
    {password, {"password right", "partly"}, "password second", &kYes, " success | password=second | accepted"},
    {password, {"password right", "partly"}, "interactive", &kAsks, " asks 'Code: ' | keyboard-interactive | open, the upstream decides, the upstream has asked"},
    {password, {}, "signs good", nullptr, " failure | | open"},

    // authorized_keys of this machine, and nothing for the upstream: the key is the proxy's condition, the rest the upstream's.
    {file, {}, "shows good", nullptr, " key ok | | open"},
    {file, {}, "shows bad", nullptr, " key refused | | open"},
    {file, {}, "shows odd", nullptr, " key refused | | open"},  // libssh would not verify it
    {file, {}, "signs bad", nullptr, " failure | | open"},
    {file, {}, "signs odd", nullptr, " failure | | open"},
    {file, {}, "signs good", nullptr, " partial success: keyboard-interactive,password | dial none | open, the upstream decides"},
    {file, {}, "password right", nullptr, " failure | | open"},
    {file, {"signs good", "no"}, "password x", &kYes, " success | password=x | accepted"},
    {file, {"signs good", "no"}, "password x", &kNo, " failure | password=x | open, the upstream decides"},

    // The client's agent signs for the upstream, which says first whether it would take the key.
    {file_and_agent, {}, "signs bad", nullptr, " failure | | open"},
    {file_and_agent, {}, "signs good", &kYes, " success | dial none query=good | accepted"},
    {file_and_agent, {}, "signs good", &kNo, " failure | dial none query=good | open"},
    {agent, {}, "shows bad", nullptr, " key ok | | open"},  // only the upstream knows
    {agent, {}, "shows odd", nullptr, " key refused | | open"},
    {agent, {}, "signs bad", &kNo, " failure that is no try | dial none query=bad | open"},
    {agent, {}, "signs good", &kYes, " success | dial none query=good | accepted"},
    {agent, {}, "signs good", &kFault, " error: it is down | dial none query=good | failed"},
    {agent, {"signs bad", "no"}, "signs good", &kYes, " success | query=good | accepted"},
    {agent, {}, "password x", &kYes, " success | dial password=x | accepted"},

    // upstream_authorized_keys: the signature first, then the file.
    {upstream_file, {}, "shows bad", nullptr, " key ok | | open"},
    {upstream_file, {}, "signs odd", nullptr, " failure that is no try | | open"},
    {upstream_file, {}, "signs good", &kYes, " success | dial upstream_key fetch | accepted"},
    {upstream_file, {}, "signs bad", &kYes, " failure that is no try | dial upstream_key fetch | open"},
    {upstream_file, {}, "signs good", &kNo, " error: no | dial upstream_key none | failed"},
    {upstream_file, {"signs bad", "yes"}, "signs good", nullptr, " success | | accepted"},
    {upstream_file, {}, "password x", nullptr, " failure | | open"},
};
// clang-format on

TEST(AuthRelay, AnswersAsTheTableSays) {
  const std::map<std::string, AuthResult> kSays{{"yes", kYes}, {"no", kNo}, {"partly", kPartly}, {"asks", kAsks}};
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::to_string(row.user) + ": " + row.message + ", then " + row.want);
    Login login{row.user};
    for (std::size_t i = 0; i < row.before.size(); i += 2) {
      const AuthResult says = i + 1 < row.before.size() ? kSays.at(row.before[i + 1]) : kNo;
      login.on(row.before[i], {says, kYes});
    }
    EXPECT_EQ(row.says ? login.on(row.message, {*row.says, kYes}) : login.on(row.message), row.want);
  }
}

TEST(AuthRelay, EachKeyOfALoginTakesAwayWhatItDoesNotGrant) {
  Login login{file};
  login.monitor.command = "ls";
  login.on("signs good");
  EXPECT_EQ(login.relay.rights().command, "ls");
  login.monitor.command = "cat";
  EXPECT_EQ(login.on("signs good"), " failure | | open, the upstream decides") << "they force different commands";
  EXPECT_EQ(login.relay.rights().command, "ls");
}

TEST(AuthRelay, ARefusedKeyLimitsNoLaterAttempt) {
  Login login{file_and_agent};
  login.monitor.command = "ls";
  login.monitor.right = "right";
  login.on("signs good", {kNo});
  login.on("password right", {kYes});
  EXPECT_EQ(login.relay.state(), AuthRelay::State::accepted);
  EXPECT_EQ(login.relay.rights().command, std::nullopt);
}

TEST(AuthRelay, TheUpstreamsBannerIsShownWhereItDecides) {
  Login login{relayed};
  login.wire.banners = {"hello"};
  EXPECT_EQ(login.on("password x", {kNo}), " banner=hello failure | dial password=x | open");
}

TEST(AuthRelay, TheUpstreamsBannerIsNotShownBeforeTheKeyIsGood) {
  for (const User user : {agent, upstream_file}) {
    Login login{user};
    login.wire.banners = {"hello"};
    EXPECT_EQ(login.on("signs bad", {user == agent ? kNo : kYes, kYes}).find("hello"), std::string::npos);
    EXPECT_NE(login.on("signs good", {kYes, kYes}).find(" banner=hello success"), std::string::npos) << user;
  }
}

TEST(AuthRelay, TheRecordsSayWhatHasCome) {
  Login login{relayed};
  login.log.context.user = "kim";
  login.on("password x", {kNo});
  login.on("password y", {kPartly});
  login.on("password z", {kFault});
  EXPECT_NE(login.records.find("Failed password for kim"), std::string::npos) << login.records;
  EXPECT_NE(login.records.find("Partial password for kim"), std::string::npos) << login.records;
  EXPECT_NE(login.records.find("it is down"), std::string::npos) << login.records;
}

}  // namespace
}  // namespace pysshrp::connection
