// The monitor as a liar meets it: somebody who has taken the front over, and sends what he likes.
#include "monitor/process.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "../auth/keys.h"
#include "../config/directory.h"
#include "monitor/codec.h"

namespace pysshrp::monitor {
namespace {

using End = Process::End;
using namespace std::chrono_literals;

const PublicKey kKey{"ssh-ed25519", std::string{auth::keys::kEd25519}};

class Liar : public testing::Test {
 protected:
  Liar() {
    const std::string keys = directory_.write("keys", "restrict ssh-ed25519 " + kKey.base64 + '\n');
    config_ = config::Config::parse("f",
                                    "[pysshrp]\nmax_auth_tries = 3\n"
                                    "[server a]\nuser = alice\nupstream_host = 127.0.0.1:1\npassword = right\n"
                                    "upstream_password = stored\nupstream_key = /none\nauthorized_keys = " +
                                        keys +
                                        "\n[server b]\nuser = bob\nupstream_host = 127.0.0.1:1\n"
                                        "[server c]\nuser = carol\nupstream_host = 127.0.0.1:1\nupstream_key = /none\n"
                                        "[server d]\nuser = dave\nupstream_host = 127.0.0.1:1\npassword = right\n"
                                        "upstream_ca_key = /none\n");
  }
  /// What `lie` makes of it, and of what comes back.
  End meet(const std::function<void()>& lie, std::chrono::milliseconds for_at_most = 60s) {
    auto [front, monitor] = Socket::pair();
    front_ = std::move(front);
    front_.limit_waits(60);
    std::array<int, 2> agent{-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, agent.data()), 0);
    agent_ = Fd{agent[0]};
    End end{};
    std::thread other{[&, this, theirs = std::move(monitor), signs = Fd{agent[1]}]() mutable {
      end = Process{std::move(theirs), std::move(signs), config_, algorithms_, peer_, id_, Clock::now() + for_at_most}
                .run();
    }};
    lie();
    front_ = Socket{Fd{}};
    agent_ = Fd{};
    other.join();
    return end;
  }
  void say(const Request& request) { EXPECT_TRUE(front_.send(encode(request))); }
  void say_raw(std::string_view bytes) { EXPECT_TRUE(front_.send(std::move(ByteWriter{}.raw(bytes)))); }
  /// The answer, if it is such a one.
  template <class Wanted>
  std::optional<Wanted> heard() {
    if (front_.receive(Socket::Wait::yes) != Socket::Received::message) return {};
    auto answer = decode_answer(front_.bytes());
    if (!answer || !std::holds_alternative<Wanted>(*answer)) return {};
    return std::get<Wanted>(std::move(*answer));
  }
  template <class Wanted>
  std::optional<Wanted> ask(const Request& request) {
    say(request);
    return heard<Wanted>();
  }
  bool is_hung_up() { return front_.receive(Socket::Wait::yes) == Socket::Received::end; }
  std::string agent_says(std::string_view message) {
    (void)!::send(agent_.get(), message.data(), message.size(), MSG_NOSIGNAL);
    std::array<char, 4096> bytes;
    const ssize_t size = ::recv(agent_.get(), bytes.data(), bytes.size(), 0);
    return {bytes.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
  }

  config::Directory directory_;
  config::Config config_;
  const ssh::Algorithms algorithms_;
  const peer::Peer peer_;
  const std::string id_ = "4711";
  Socket front_{Fd{}};
  Fd agent_;
};

const std::string kIdentities{"\0\0\0\1\x0b", 5}, kAgentFailure{"\0\0\0\1\5", 5};

TEST_F(Liar, GetsNoSecretOfARoute) {
  EXPECT_EQ(meet([&] {
              const auto answer = ask<UserAnswer>(UserRequest{"alice"});
              ASSERT_TRUE(answer && answer->has_route);
              for (const auto& text : answer->route) {
                EXPECT_NE(text.text, "right");
                EXPECT_NE(text.text, "stored");
              }
              EXPECT_EQ(answer->key_policy, auth::KeyPolicy::local_file);
              say(Done{});
            }),
            End::done);
}

TEST_F(Liar, AsksAboutOneUser) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              say(UserRequest{"bob"});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, HasToNameAUserFirst) {
  for (const std::function<void()>& first : std::initializer_list<std::function<void()>>{
           [&] { say(PasswordRequest{Secret{"right"}}); }, [&] { say(KeyQuery{kKey}); }, [&] { say(KeyRequest{kKey}); },
           [&] {
             say(DialRequest{1, 0});
           },
           [&] { say(HostKeyRequest{kKey}); }, [&] { say(LoadKeyRequest{}); }})
    EXPECT_EQ(meet([&] {
                first();
                EXPECT_TRUE(is_hung_up());
              }),
              End::front_broke);
}

TEST_F(Liar, GetsTheStoredPasswordForTheRightOneOnly) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              auto wrong = ask<PasswordAnswer>(PasswordRequest{Secret{"wrong"}});
              ASSERT_TRUE(wrong);
              EXPECT_EQ(wrong->check, auth::PasswordCheck::wrong);
              EXPECT_FALSE(wrong->upstream_password);
              auto right = ask<PasswordAnswer>(PasswordRequest{Secret{"right"}});
              ASSERT_TRUE(right && right->upstream_password);
              EXPECT_EQ(right->upstream_password->reveal(), "stored");
              say(Done{});
            }),
            End::done);
}

// Without this one could try a million.
TEST_F(Liar, GuessesNoFasterThanAClient) {
  TimePoint began{};
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              began = Clock::now();
              ask<PasswordAnswer>(PasswordRequest{Secret{"wrong"}});
              ask<PasswordAnswer>(PasswordRequest{Secret{"wrong"}});
              EXPECT_GE(Clock::now() - began, 4900ms);
              say(Done{});
            }),
            End::done);
}

TEST_F(Liar, GuessesNoOftenerThanAClient) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              for (int i = 0; i < 3; ++i) EXPECT_TRUE(ask<PasswordAnswer>(PasswordRequest{Secret{"right"}}));
              say(PasswordRequest{Secret{"right"}});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, IsBelievedAboutAKeyThatIsInTheFile) {
  const PublicKey other{"ssh-ed25519", std::string{auth::keys::kOther}};
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              const auto unknown = ask<KeyAnswer>(KeyRequest{other});
              EXPECT_TRUE(unknown && !unknown->rights && !unknown->upstream_password);
              const auto known = ask<KeyAnswer>(KeyRequest{kKey});
              ASSERT_TRUE(known && known->rights && known->upstream_password);
              EXPECT_FALSE(known->rights->pty);
              say(Done{});
            }),
            End::done);
}

TEST_F(Liar, IsToldNothingByAKeyThatIsOnlyShown) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              const auto shown = ask<KeyQueryAnswer>(KeyQuery{kKey});
              EXPECT_TRUE(shown && shown->granted);
              say(LoadKeyRequest{});  // it has proved nothing
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, ReachesTheHostsOfTheRouteOnly) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              const auto dialled = ask<DialAnswer>(DialRequest{9, 0});
              ASSERT_TRUE(dialled);
              EXPECT_EQ(dialled->number, 9U);
              EXPECT_FALSE(front_.take_descriptor());
              EXPECT_NE(dialled->error, "");
              say(DialRequest{10, 1});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, ReachesNothingForAUserWithoutARoute) {
  EXPECT_EQ(meet([&] {
              const auto answer = ask<UserAnswer>(UserRequest{"nobody"});
              EXPECT_TRUE(answer && !answer->has_route && answer->is_unknown);
              const auto checked = ask<PasswordAnswer>(PasswordRequest{Secret{"right"}});
              EXPECT_TRUE(checked && checked->check == auth::PasswordCheck::wrong);
              const auto key = ask<KeyAnswer>(KeyRequest{kKey});
              EXPECT_TRUE(key && !key->rights);
              say(DialRequest{1, 0});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, RecordsNoHostKeyBeforeAHostWasDialled) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              say(HostKeyRequest{kKey});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, RecordsNoHostKeyOfAHostThatWasNotReached) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              const auto dialled = ask<DialAnswer>(DialRequest{1, 0});
              EXPECT_TRUE(dialled && dialled->error != "");
              say(HostKeyRequest{kKey});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, HasOnlySoManyConnectionsMade) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"bob"});
              std::uint32_t number = 0;
              while (number < 3 + 32) ASSERT_TRUE(ask<DialAnswer>(DialRequest{++number, 0})) << number;
              say(DialRequest{++number, 0});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, GetsNoSignatureBeforeAProof) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              EXPECT_EQ(agent_says(kIdentities), kAgentFailure);
              say(LoadKeyRequest{});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, MayAskForTheKeyOnceThePasswordIsRightOrWhereOnlyTheUpstreamKnows) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"alice"});
              ask<PasswordAnswer>(PasswordRequest{Secret{"right"}});
              const auto loaded = ask<LoadKeyAnswer>(LoadKeyRequest{});
              EXPECT_TRUE(loaded && loaded->error.starts_with("upstream_key: /none")) << loaded->error;
              EXPECT_EQ(agent_says(kIdentities), kAgentFailure);
              say(Done{});
            }),
            End::done);
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"carol"});
              EXPECT_TRUE(ask<LoadKeyAnswer>(LoadKeyRequest{}));
              say(Done{});
            }),
            End::done);
}

TEST_F(Liar, GetsNothingCertifiedBeforeAProofAndNotWithoutEnd) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"dave"});
              ask<PasswordAnswer>(PasswordRequest{Secret{"wrong"}});
              say(LoadKeyRequest{});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"dave"});
              ask<PasswordAnswer>(PasswordRequest{Secret{"right"}});
              for (int i = 0; i < 3 + 32; ++i) {
                const auto loaded = ask<LoadKeyAnswer>(LoadKeyRequest{});
                ASSERT_TRUE(loaded && loaded->error.starts_with("upstream_ca_key: /none")) << loaded->error;
              }
              EXPECT_EQ(agent_says(kIdentities), kAgentFailure);
              say(LoadKeyRequest{});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, IsDoneWithForWhatIsNoMessage) {
  for (const std::string& bytes : {std::string{"\xff"}, std::string(kMaxMessage, '\0'), std::string("\0\0\0\0\1", 5)})
    EXPECT_EQ(meet([&] {
                say_raw(bytes);
                EXPECT_TRUE(is_hung_up());
              }),
              End::front_broke)
        << bytes.size();
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"bob"});
              const std::string endless("\x7f\xff\xff\xff", 4);
              (void)!::send(agent_.get(), endless.data(), endless.size(), MSG_NOSIGNAL);
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, AsksOnlySoMuch) {
  EXPECT_EQ(meet([&] {
              ask<UserAnswer>(UserRequest{"bob"});
              for (int i = 0; i < 4095; ++i) ASSERT_TRUE(ask<KeyQueryAnswer>(KeyQuery{kKey})) << i;
              say(KeyQuery{kKey});
              EXPECT_TRUE(is_hung_up());
            }),
            End::front_broke);
}

TEST_F(Liar, WhoGoesIsMissed) {
  EXPECT_EQ(meet([&] { ask<UserAnswer>(UserRequest{"bob"}); }), End::front_ended);
  EXPECT_EQ(meet([&] {}), End::front_ended);
}

TEST_F(Liar, HasNoMoreTimeThanAClient) {
  EXPECT_EQ(meet(
                [&] {
                  ask<UserAnswer>(UserRequest{"bob"});
                  EXPECT_TRUE(is_hung_up());
                },
                300ms),
            End::time_over);
}

}  // namespace
}  // namespace pysshrp::monitor
