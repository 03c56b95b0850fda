#include "connection/upstream_auth.h"

#include <gtest/gtest.h>

#include <set>

#include "fake_login.h"
#include "upstream_auth_table.h"

namespace pysshrp::connection {
namespace {

using namespace upstream_auth_table;
using Connection = UpstreamAuth::Connection;
using Dialogue = UpstreamAuth::Dialogue;
using Progress = UpstreamAuth::Progress;

AuthResult answer(char letter) {
  switch (letter) {
    case 's':
      return AuthSuccess{};
    case 'p':
      return AuthPartialSuccess{{"password"}};
    case 'f':
      return AuthFailure{"no"};
    case 'i':
      return InfoRequest{"", "", {{"Code:", true}}};
    case 'e':
      return AuthError{"fault", ""};
    case 'h':
      return AuthError{"hung up", ""};
    case 'g':
      return AuthError{"goodbye", ""};
    default:
      return AuthPending{};
  }
}

UpstreamAuthRequest request_of(Request request) {
  switch (request) {
    case password:
      return RelayPassword{Secret{"pw"}};
    case interactive:
      return RelayInteractive{};
    case answers: {
      RelayAnswers relayed;
      relayed.answers.emplace_back("ans");
      return relayed;
    }
    case typed:
      return LogIn{Secret{"typed"}};
    case fetch:
      return FetchKeys{};
    case query:
      return QueryKey{{"ssh-ed25519", "good"}};
    case stored_key:
    case nothing:
      break;
  }
  return LogIn{};
}

/// A login, with all that stands around it.
struct Login {
  fakes::Wire wire;
  route::Route route;
  UpstreamAuth auth{route, [this] { return std::make_unique<fakes::Upstream>(wire); }};

  AuthResult run(UpstreamAuthRequest request) {
    auth.begin(std::move(request));
    return auth.advance(TimePoint{});
  }
  AuthResult run(UpstreamAuthRequest request, const std::string& says) {
    wire.says.clear();
    for (const char letter : says) wire.says.push_back(answer(letter));
    return run(std::move(request));
  }
  std::string state() const {
    constexpr const char* kConnections[] = {"none", "connecting", "ready", "kept"};
    constexpr const char* kDialogues[] = {"", " asked", " asked_for_password", " abandoned"};
    constexpr const char* kProgress[] = {"", " proven_here", " partly"};
    return std::string{kConnections[static_cast<int>(auth.connection())]} +
           kDialogues[static_cast<int>(auth.dialogue())] + kProgress[static_cast<int>(auth.progress())];
  }
  std::string take_sent() {
    const std::string sent = std::exchange(wire.sent, "");
    return sent.empty() ? sent : sent.substr(1);
  }
};

void bring_about(Login& login, const std::string& before) {
  const auto is = [&](const char* beginning) { return before.starts_with(beginning); };
  const std::string key = login.route.upstream_key;
  if (is("kept") || is("gone")) login.run(request_of(password), "f");
  if (is("part")) login.run(request_of(password), "p");
  if (is("our")) login.wire.methods = {"password"};
  if (is("our")) login.run(RelayInteractive{}, "");
  if (is("proven")) login.route.upstream_key.clear();
  if (is("proven")) login.run(LogIn{}, "");
  if (is("fetched")) login.route.upstream_key = "/key";
  if (is("fetched")) login.run(FetchKeys{}, "ss");
  login.route.upstream_key = key;
  if (before.ends_with("asked")) login.run(RelayInteractive{}, "i");
  login.wire.alive = before.find("gone") == before.npos;
  (void)login.take_sent();
}

TEST(UpstreamAuth, SaysToTheClientWhatTheTableSays) {
  for (const Row& row : kRows)
    for (const char letter : std::string{row.says}) {
      SCOPED_TRACE(std::to_string(row.request) + " after " + row.before + ", the upstream says " + letter);
      Login login;
      if (row.request == stored_key || row.request == fetch) login.route.upstream_key = "/key";
      bring_about(login, row.before);
      std::string says{letter};
      if (row.request == fetch && letter == 's') says += 's';  // logged in, and read
      EXPECT_EQ(fakes::words(login.run(request_of(row.request), says)), row.result);
      EXPECT_EQ(login.take_sent(), row.sent);
      EXPECT_EQ(login.state(), row.after);
    }
}

TEST(UpstreamAuth, EveryRowIsThereOnce) {
  std::set<std::string> seen;
  for (const Row& row : kRows)
    for (const char letter : std::string{row.says})
      EXPECT_TRUE(seen.insert(std::to_string(row.request) + row.before + letter).second) << row.before << letter;
}

TEST(UpstreamAuth, DialsAndWaitsForAnswersAsLongAsItTakes) {
  Login login;
  login.wire.connect = AuthPending{};
  EXPECT_EQ(fakes::words(login.run(RelayPassword{Secret{"pw"}}, "wws")), "pending");
  EXPECT_EQ(login.state(), "connecting");
  login.wire.connect.reset();
  EXPECT_EQ(fakes::words(login.auth.advance(TimePoint{})), "pending");
  EXPECT_EQ(login.state(), "ready");
  EXPECT_EQ(fakes::words(login.auth.advance(TimePoint{})), "pending");
  EXPECT_EQ(fakes::words(login.auth.advance(TimePoint{})), "success");
  EXPECT_EQ(login.take_sent(), "dial password=pw password=pw password=pw");
  EXPECT_FALSE(login.auth.is_busy());
}

TEST(UpstreamAuth, AnUpstreamThatIsNotReachedEndsTheLogin) {
  Login login;
  login.wire.connect = AuthError{"refused", "cannot be reached"};
  EXPECT_EQ(fakes::words(login.run(RelayInteractive{}, "")), "error: refused");
  EXPECT_EQ(login.take_sent(), "dial");
}

TEST(UpstreamAuth, AsksTheMethodsBeforeAPasswordUnlessItIsOpenSsh) {
  for (const bool openssh : {true, false}) {
    Login login;
    login.wire.openssh = openssh;
    login.run(RelayPassword{Secret{"pw"}}, "f");
    EXPECT_EQ(login.take_sent(), openssh ? "dial password=pw" : "dial none password=pw");
  }
}

TEST(UpstreamAuth, AnUpstreamThatWantsNoProofLetsInWhoeverMayCome) {
  for (const Request request : {interactive, stored_key, typed, nothing, query}) {
    Login login;
    if (request == stored_key) login.route.upstream_key = "/key";
    login.wire.wants_no_proof = true;
    EXPECT_EQ(fakes::words(login.run(request_of(request), "f")), "success") << request;
  }
}

TEST(UpstreamAuth, AMethodThatTheUpstreamLacksFailsWithoutIt) {
  Login login;
  login.wire.methods = {"publickey"};
  EXPECT_EQ(fakes::words(login.run(RelayInteractive{}, "")), "failure");
  EXPECT_EQ(login.take_sent(), "dial none");
}

TEST(UpstreamAuth, AStoredPasswordComesBeforeTheKeyForWhoTypedOne) {
  for (const bool has_typed : {true, false}) {
    Login login;
    login.route.upstream_key = "/key";
    login.route.upstream_password = Secret{"stored"};
    login.run(has_typed ? LogIn{Secret{"typed"}} : LogIn{}, "ff");
    EXPECT_EQ(login.take_sent(),
              has_typed ? "dial none password=stored upstream_key" : "dial none upstream_key password=stored");
  }
}

TEST(UpstreamAuth, AWrongStoredKeyDoesNotSendUpWhatWasTyped) {
  Login login;
  login.route.upstream_key = "/key";
  EXPECT_EQ(fakes::words(login.run(LogIn{Secret{"typed"}}, "f")), "error: no");
  EXPECT_EQ(login.take_sent(), "dial none upstream_key");
}

TEST(UpstreamAuth, AStoredPasswordAnswersTheOneHiddenPrompt) {
  Login login;
  login.wire.methods = {"keyboard-interactive"};
  login.route.upstream_password = Secret{"stored"};
  login.auth.begin(LogIn{});
  login.wire.says = {InfoRequest{"", "", {{"Password: ", false}}}, InfoRequest{}, AuthSuccess{}};
  EXPECT_EQ(fakes::words(login.auth.advance(TimePoint{})), "success");
  EXPECT_EQ(login.take_sent(),
            "dial none keyboard-interactive answers=stored keyboard-interactive answers keyboard-interactive");
}

TEST(UpstreamAuth, AStoredPasswordAnswersNothingElse) {
  for (const InfoRequest& asked :
       {InfoRequest{"", "", {{"Login: ", true}}}, InfoRequest{"", "", {{"Password: ", false}, {"Code: ", false}}}}) {
    Login login;
    login.wire.methods = {"keyboard-interactive"};
    login.route.upstream_password = Secret{"stored"};
    login.auth.begin(LogIn{});
    login.wire.says = {asked};
    EXPECT_EQ(fakes::words(login.auth.advance(TimePoint{})), "error: it asks for something else than one password");
    EXPECT_EQ(login.take_sent(), "dial none keyboard-interactive");
  }
}

TEST(UpstreamAuth, AKeyThatCannotBeReadEndsTheLoginBeforeAnythingIsTold) {
  Login login;
  login.route.upstream_key = "/key";
  login.route.upstream_password = Secret{"stored"};
  login.wire.key_fault = AuthError{"upstream_key: no such file", "not configured"};
  EXPECT_EQ(fakes::words(login.run(LogIn{Secret{"typed"}}, "s")), "error: upstream_key: no such file");
  EXPECT_EQ(login.take_sent(), "dial none");
}

TEST(UpstreamAuth, ABannerThatAnotherConnectionRepeatsIsNotShownAgain) {
  Login login;
  login.wire.banners = {"one", "two"};
  login.run(RelayPassword{Secret{"pw"}}, "g");
  EXPECT_EQ(login.auth.take_banners(), (std::vector<std::string>{"one", "two"}));
  login.wire.banners = {"one", "three"};
  login.run(RelayPassword{Secret{"pw"}}, "f");
  EXPECT_EQ(login.auth.take_banners(), std::vector<std::string>{"three"});
}

}  // namespace
}  // namespace pysshrp::connection
