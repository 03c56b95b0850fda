#include "relay/forwarded_channel_pair.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "fake_channel.h"

// A forwarded connection, whoever has opened it: bytes, then EOF, then CLOSE, each direction by itself (RFC 4254,
// section 5.3).
namespace pysshrp::relay {
namespace {

using ssh::Progress;

struct Forward {
  explicit Forward(Initiator initiator) {
    auto client = std::make_unique<FakeChannel>("down", wire);
    auto server = std::make_unique<FakeChannel>("up", wire);
    down = client.get();
    up = server.get();
    asked = initiator == Initiator::client ? up : down;
    observer.unopened = [this](const std::string& what, const std::string& why) { wire.say(what + ": " + why); };
    pair = std::make_unique<ForwardedChannelPair>(
        std::move(client), std::move(server), initiator,
        ChannelOpen{std::make_unique<FakeReply>(wire), ssh::OpenDirect{{"db", 5432}, {"here", 1}}}, observer);
  }
  std::string turn() {
    for (int i = 0; i < 10 && !pair->over() && pair->advance(); ++i) continue;
    return wire.take() + (pair->over() ? " over" : "");
  }

  RelayObserver observer;
  Wire wire;
  FakeChannel *down, *up, *asked;
  std::unique_ptr<ForwardedChannelPair> pair;
};

TEST(ForwardedChannelPair, TheInitiatorGetsTheOthersAnswer) {
  for (const auto& [initiator, name] : {std::pair{Initiator::client, "up"}, {Initiator::upstream, "down"}}) {
    Forward waits{initiator};
    EXPECT_EQ(waits.turn(), std::string{name} + " open");
    EXPECT_EQ(waits.turn(), "");
    waits.asked->opens = Progress::done;
    EXPECT_EQ(waits.turn(), "down confirmation");  // the one reply that these tests have
    Forward refused{initiator};
    refused.asked->opens = Progress::failed;
    EXPECT_EQ(refused.turn(), "direct-tcpip db:5432: no, down failure over");
  }
}

struct Row {
  const char* steps;  ///< d: data, e: EOF, c: CLOSE of the client; in capitals of the upstream
  const char* want;   ///< after the last of them
};
TEST(ForwardedChannelPair, EachDirectionEndsByItself) {
  const Row table[] = {
      {"d", "up 'd'"},
      {"D", "down 'D'"},
      {"e", "up EOF"},
      {"E", "down EOF"},
      {"c", "up EOF, up CLOSE"},  // a CLOSE without an EOF says both
      {"C", "down EOF, down CLOSE"},
      {"eD", "down 'D'"},
      {"Ed", "up 'd'"},
      {"eE", "down EOF"},
      {"ec", "up CLOSE"},
      {"EC", "down CLOSE"},
      {"cD", ""},  // nobody is there to take it
      {"Cd", ""},
      {"cC", "down EOF, down CLOSE over"},
      {"Cc", "up EOF, up CLOSE over"},
      {"eEc", "up CLOSE"},
      {"eEcC", "down CLOSE over"},
      {"eECc", "up CLOSE over"},
  };
  for (const Row& row : table) {
    Forward forward{Initiator::client};
    forward.asked->opens = Progress::done;
    forward.turn();
    std::string said;
    for (const char* step = row.steps; *step != '\0'; ++step) {
      FakeChannel& from = *step >= 'a' ? *forward.down : *forward.up;
      const char what = static_cast<char>(*step | 0x20);
      if (what == 'd') from.arrives(std::string(1, *step));
      if (what == 'e') from.sends_eof();
      if (what == 'c') from.closes();
      said = forward.turn();
    }
    EXPECT_EQ(said, row.want) << row.steps;
  }
}

}  // namespace
}  // namespace pysshrp::relay
