#include "relay/session_channel_pair.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "base/client_messages.h"
#include "fake_channel.h"

// A session channel: what each side does, in every state of the pair, and what the other one is told (RFC 4254,
// sections 5.3, 5.4 and 6). The ends are in memory; libssh's are tried by the end-to-end tests.
namespace pysshrp::relay {
namespace {

using ssh::Progress;

RelayOptions everything() {
  RelayOptions options;
  options.rights = {.ssh = true, .sftp = true, .pty = true, .agent = true, .x11 = true};
  return options;
}

/// One pair, the peers on both sides, and what they are told.
struct Pair {
  explicit Pair(RelayOptions with = everything(), bool is_client_in = false) : options(std::move(with)) {
    observer.state = [this](const std::string& text) { state = text.substr(text.rfind(':') + 2); };
    observer.denied = [this](const std::string& what) { wire.say("denied " + what); };
    observer.broken = [this](const std::string&) { wire.say("broken"); };
    auto client = std::make_unique<FakeChannel>("down", wire);
    auto server = std::make_unique<FakeChannel>("up", wire);
    down = client.get();
    up = server.get();
    auto reply = is_client_in ? nullptr : std::make_unique<FakeReply>(wire);
    pair = std::make_unique<SessionChannelPair>(std::move(client), std::move(server),
                                                ChannelOpen{std::move(reply), ssh::OpenSession{}}, options, granted,
                                                observer);
  }
  void asks(ssh::ChannelRequest request) { pair->on_request({std::make_unique<FakeReply>(wire), std::move(request)}); }
  /// As the loop does.
  void turn() {
    for (int i = 0; i < 10 && !pair->over() && pair->advance(); ++i) continue;
  }

  RelayOptions options;
  Granted granted;
  RelayObserver observer;
  Wire wire;
  FakeChannel* down;
  FakeChannel* up;
  std::unique_ptr<SessionChannelPair> pair;
  std::string state = "opening";
};

/// What a peer does, by its name in the table.
void act(Pair& on, const std::string& event) {
  if (event == "opens") on.up->opens = Progress::done;
  if (event == "opens not") on.up->opens = Progress::failed;
  if (event == "env") on.asks(ssh::Env{"A", "1"});
  if (event == "exec") on.asks(ssh::Exec{"ls"});
  if (event == "sftp") on.asks(ssh::Subsystem{"sftp"});
  if (event == "window") on.asks(ssh::WindowChange{});
  if (event == "eow") on.asks(ssh::UnknownRequest{});
  if (event == "agent") on.down->agent_offered = true;
  if (event == "signal") on.down->signals.push_back("INT");
  if (event == "data") on.down->arrives("in");
  if (event == "EOF") on.down->sends_eof();
  if (event == "CLOSE") on.down->closes();
  if (event == "yes") on.up->answers = Progress::done;
  if (event == "no") on.up->answers = Progress::failed;
  if (event == "output") on.up->arrives("out");
  if (event == "nonsense") on.up->arrives("no SFTP");
  if (event == "status") on.up->exit_status = 3;
  if (event == "upstream's EOF") on.up->sends_eof();
  if (event == "upstream's CLOSE") on.up->closes();
  on.turn();
}

/// How each state of the table is reached.
const std::map<std::string, std::vector<std::string>> kStates = {
    {"opening", {}},
    {"setup", {"opens"}},
    {"setup, in flight", {"opens", "env"}},
    {"starting", {"opens", "exec"}},
    {"running", {"opens", "exec", "yes"}},
    {"running, in flight", {"opens", "exec", "yes", "window"}},
    {"half closed", {"opens", "exec", "yes", "EOF"}},
    {"finished", {"opens", "exec", "yes", "status", "upstream's EOF", "upstream's CLOSE"}},
    {"left", {"opens", "exec", "yes", "CLOSE"}},
    {"broken", {"opens", "sftp", "yes", "nonsense"}},
};
const std::vector<std::string> kEvents = {
    "env", "exec",  "sftp", "window", "eow",    "agent",  "signal",         "data",
    "EOF", "CLOSE", "yes",  "no",     "output", "status", "upstream's EOF", "upstream's CLOSE"};

struct Row {
  const char* state;
  const char* events;  ///< separated by `|`
  const char* want;    ///< what both are told, `-> ` and the state, `over` where nothing is left; or `never: ` and why
};
const Row kTable[] = {
#include "session_channel_pair_table.inc"
};

std::string after(const std::string& state, const std::string& event) {
  RelayOptions options = everything();
  if (state == "broken") options.sftp.emplace();
  Pair pair{std::move(options)};
  pair.turn();
  for (const std::string& step : kStates.at(state)) act(pair, step);
  pair.wire.take();
  act(pair, event);
  return pair.wire.take() + " -> " + pair.state + (pair.pair->over() ? ", over" : "");
}

TEST(SessionChannelPair, TellsBothSidesWhatTheTableSays) {
  std::set<std::string> rows;
  for (const Row& row : kTable) {
    std::string events = row.events;
    for (std::size_t end = 0; end != events.npos; events.erase(0, end == events.npos ? end : end + 1)) {
      end = events.find('|');
      const std::string event = events.substr(0, end), cell = std::string{row.state} + ": " + event;
      EXPECT_TRUE(rows.insert(cell).second) << "twice: " << cell;
      if (std::string_view{row.want}.starts_with("never: ")) continue;
      EXPECT_EQ(after(row.state, event), row.want) << cell;
    }
  }
  for (const auto& [state, steps] : kStates)
    for (const std::string& event : kEvents) EXPECT_TRUE(rows.contains(state + ": " + event)) << state << ": " << event;
}

TEST(SessionChannelPair, TheUpstreamsAnswerToTheOpeningIsTheClients) {
  Pair pair;
  act(pair, "opens");
  EXPECT_EQ(pair.wire.take(), "up open, down confirmation");
  EXPECT_FALSE(pair.pair->over());
  Pair refused;
  act(refused, "opens not");
  EXPECT_EQ(refused.wire.take(), "down failure");
  EXPECT_TRUE(refused.pair->over());
}

// The client was let in, and has opened its channel, before there was an upstream.
TEST(SessionChannelPair, WithoutAnUpstreamsChannelTheClientsOneIsClosed) {
  Pair pair{everything(), true};
  pair.turn();
  pair.asks(ssh::Exec{"ls"});
  EXPECT_EQ(pair.wire.take(), "up open");
  act(pair, "opens not");
  EXPECT_EQ(pair.wire.take(), "down failure, down CLOSE");
  EXPECT_TRUE(pair.pair->over());
}

TEST(SessionChannelPair, OneRequestIsInFlightAtATime) {
  Pair pair;
  act(pair, "opens");
  pair.asks(ssh::Env{"A", "1"});
  pair.asks(ssh::Env{"B", "2"});
  pair.asks(ssh::Exec{"ls"});
  pair.turn();
  EXPECT_EQ(pair.wire.take(), "up open, down confirmation, up env A");
  act(pair, "yes");
  EXPECT_EQ(pair.wire.take(), "down success, up env B");
  act(pair, "no");
  EXPECT_EQ(pair.wire.take(), "down failure, up exec ls");
}

struct Restricted {
  const char* name;
  Rights rights;
  const char* event;
  std::string want;
};
const char* const kNoShell =
    "down success, down stderr 'This account can be used for SFTP only.\r\n', down exit 1, down EOF, down CLOSE";

TEST(SessionChannelPair, WhatTheRouteDoesNotAllowGetsNoFurther) {
  const Rights sftp{.ssh = false, .sftp = true}, ssh{.ssh = true, .sftp = false, .pty = false};
  const std::string told = "denied exec, down success, down stderr '" + std::string{client_messages::kNoShell} +
                           "\r\n', down exit 1, down EOF, down CLOSE";
  const Restricted table[] = {
      {"SFTP only", sftp, "env", "down failure"},
      {"SFTP only", sftp, "sftp", "up subsystem sftp"},
      {"SFTP only", sftp, "exec", told},
      {"SFTP only", sftp, "agent", "denied auth-agent-req@openssh.com"},
      {"SFTP only", sftp, "window", "down failure"},
      {"no terminal, no SFTP", ssh, "exec", "up exec ls"},
      {"no terminal, no SFTP", ssh, "sftp", "denied subsystem sftp, down failure"},
      {"no terminal, no SFTP", ssh, "window", "down failure"},
  };
  for (const Restricted& row : table) {
    RelayOptions options = everything();
    options.rights = row.rights;
    Pair pair{std::move(options)};
    act(pair, "opens");
    pair.wire.take();
    act(pair, row.event);
    EXPECT_EQ(pair.wire.take(), row.want) << row.name << ": " << row.event;
  }
}

TEST(SessionChannelPair, AForcedCommandRunsInPlaceOfEveryProgram) {
  RelayOptions options = everything();
  options.forced_command = "forced";
  Pair pair{std::move(options)};
  act(pair, "opens");
  pair.asks(ssh::Env{"SSH_ORIGINAL_COMMAND", "a lie"});
  act(pair, "exec");
  EXPECT_EQ(pair.wire.take(), "up open, down confirmation, down failure, up env SSH_ORIGINAL_COMMAND");
  act(pair, "yes");
  EXPECT_EQ(pair.wire.take(), "up exec forced");
}

// It takes as long as an upstream is given for a variable.
TEST(SessionChannelPair, WhatTheUpstreamDoesNotAnswerIsLeftOutOnAnotherChannel) {
  Pair pair;
  act(pair, "opens");
  pair.asks(ssh::Pty{});
  pair.turn();
  act(pair, "yes");
  act(pair, "env");
  pair.asks(ssh::Exec{"ls"});
  EXPECT_EQ(pair.wire.take(), "up open, down confirmation, up pty, down success, up env A");
  std::this_thread::sleep_until(pair.pair->deadline());
  pair.turn();
  EXPECT_EQ(pair.wire.take(), "down failure, up CLOSE, up open");
  act(pair, "opens");
  EXPECT_EQ(pair.wire.take(), "up pty") << "what was granted is asked for again";
  act(pair, "yes");
  EXPECT_EQ(pair.wire.take(), "up exec ls");
  act(pair, "yes");
  act(pair, "env");
  EXPECT_EQ(pair.wire.take(), "down success, down failure") << "nothing of that kind is asked for again";
}

}  // namespace
}  // namespace pysshrp::relay
