#include "monitor/key_agent.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "../config/directory.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::monitor {
namespace {

constexpr std::uint8_t kFailure = 5, kIdentitiesAnswer = 12, kSignRequest = 13, kSignResponse = 14;

/// What `type` of agent message is in the answer, and the rest of it.
std::pair<std::uint8_t, std::string> parsed(const std::string& answer) {
  ByteReader reader{answer};
  ByteReader message{reader.string()};
  EXPECT_TRUE(reader.ok() && reader.left().empty());
  const std::uint8_t type = message.u8();
  return {type, std::string{message.left()}};
}

class KeyAgent : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    file_ = directory_.path("key");
    const std::string make =
        "ssh-keygen -q -N '' " + std::string{GetParam()} + " -f " + file_ + " && chmod 400 " + file_;
    ASSERT_EQ(std::system(make.c_str()), 0);
    auto key = ssh::SigningKey::load(file_);
    ASSERT_TRUE(key) << key.error().what;
    key_ = *std::move(key);
  }
  std::string login(const std::string& user, const std::string& service = "ssh-connection",
                    const std::string& method = "publickey", std::uint8_t is_signed = 1,
                    const std::string& algorithm = "rsa-sha2-512") const {
    return ByteWriter{}
        .string("session id")
        .u8(50)
        .string(user)
        .string(service)
        .string(method)
        .u8(is_signed)
        .string(algorithm)
        .string(key_->blob())
        .release();
  }
  std::string ask(const std::string& data, const std::string& blob) const {
    const std::string request = ByteWriter{}.u8(kSignRequest).string(blob).string(data).u32(4).release();
    return agent_answer(ByteWriter{}.string(request).view(), &*key_, UserName{"bob"});
  }
  std::uint8_t type_of(const std::string& data) const { return parsed(ask(data, key_->blob())).first; }

  config::Directory directory_;
  std::string file_;
  std::optional<ssh::SigningKey> key_;
};
INSTANTIATE_TEST_SUITE_P(Of, KeyAgent,
                         testing::Values("-t ed25519", "-t rsa -b 2048", "-t rsa -b 2048 -m PEM", "-t ecdsa -b 256",
                                         "-t ecdsa -b 384", "-t ecdsa -b 521 -m PKCS8"));

TEST_P(KeyAgent, HasThisKeyAndNoOther) {
  const auto [type, rest] = parsed(agent_answer(std::string("\0\0\0\1\x0b", 5), &*key_, UserName{"bob"}));
  EXPECT_EQ(type, kIdentitiesAnswer);
  ByteReader reader{rest};
  EXPECT_EQ(reader.u32(), 1U);
  std::ifstream file{file_ + ".pub"};
  std::string name, base64;
  file >> name >> base64;
  EXPECT_EQ(reader.string(), decode_base64(base64));
}

// That sshd takes it is told by the logins end to end.
TEST_P(KeyAgent, SignsALoginInTheFormOfItsType) {
  const auto [type, rest] = parsed(ask(login("bob"), key_->blob()));
  EXPECT_EQ(type, kSignResponse);
  ByteReader reader{rest};
  ByteReader blob{reader.string()};
  const std::string name{blob.string()};
  EXPECT_FALSE(blob.string().empty());
  EXPECT_TRUE(blob.ok() && blob.left().empty());
  const std::string options = GetParam();
  EXPECT_EQ(name, options.find("ed25519") != options.npos ? "ssh-ed25519"
                  : options.find("rsa") != options.npos
                      ? "rsa-sha2-512"
                      : "ecdsa-sha2-nistp" + options.substr(options.find("-b ") + 3, 3));
}

// The front says which algorithm the upstream takes: upstream_public_key_algorithms decides on SHA-1. The flags of the
// request may say something else.
class RsaKeyAgent : public KeyAgent {};
INSTANTIATE_TEST_SUITE_P(Of, RsaKeyAgent, testing::Values("-t rsa -b 2048"));
TEST_P(RsaKeyAgent, HashesAsTheLoginSays) {
  for (const auto& [algorithm, name] : {std::pair{"ssh-rsa", "ssh-rsa"},
                                        {"rsa-sha2-256", "rsa-sha2-256"},
                                        {"rsa-sha2-512", "rsa-sha2-512"},
                                        {"rsa-sha2-512-cert-v01@openssh.com", "rsa-sha2-512"},
                                        {"ssh-rsa-cert-v01@openssh.com", "ssh-rsa"}}) {
    const auto [type, rest] = parsed(ask(login("bob", "ssh-connection", "publickey", 1, algorithm), key_->blob()));
    EXPECT_EQ(type, kSignResponse);
    ByteReader reader{rest};
    ByteReader blob{reader.string()};
    EXPECT_EQ(blob.string(), name);
  }
}

TEST_P(KeyAgent, SignsNothingElse) {
  EXPECT_EQ(type_of(login("bob")), kSignResponse);  // else the rest would prove nothing
  EXPECT_EQ(type_of(login("root")), kFailure);
  EXPECT_EQ(type_of(login("bob", "ssh-userauth")), kFailure);
  EXPECT_EQ(type_of(login("bob", "ssh-connection", "hostbased")), kFailure);
  EXPECT_EQ(type_of(login("bob", "ssh-connection", "publickey", 0)), kFailure);
  EXPECT_EQ(type_of(login("bob") + "x"), kFailure);
  EXPECT_EQ(type_of(login("bob").substr(1)), kFailure);
  EXPECT_EQ(type_of("SSHSIG a file"), kFailure);
  EXPECT_EQ(type_of(""), kFailure);
  EXPECT_EQ(parsed(ask(login("bob"), "another key")).first, kFailure);
  EXPECT_EQ(parsed(agent_answer(std::string("\0\0\0\1\x11", 5), &*key_, UserName{"bob"})).first, kFailure);
  EXPECT_EQ(parsed(agent_answer(std::string("\0\0\0\0", 4), &*key_, UserName{"bob"})).first, kFailure);
  EXPECT_EQ(parsed(agent_answer(std::string("\0\0\0\1\x0b", 5), nullptr, UserName{"bob"})).first, kFailure);
}

TEST(AgentMessage, IsAsLongAsItSays) {
  EXPECT_EQ(agent_message_size(std::string("\0\0\1\0", 4)), 260U);
  EXPECT_FALSE(agent_message_size("\1\1\1"));
}

}  // namespace
}  // namespace pysshrp::monitor
