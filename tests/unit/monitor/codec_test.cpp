#include "monitor/codec.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../auth/keys.h"
#include "auth/key_blob.h"
#include "base/base64.h"

namespace pysshrp::monitor {
namespace {

const PublicKey kKey{"ssh-ed25519", std::string{auth::keys::kEd25519}};

std::vector<Request> requests() {
  std::vector<Request> all;
  all.emplace_back(UserRequest{"alice"});
  all.emplace_back(PasswordRequest{Secret{"typed"}});
  all.emplace_back(KeyQuery{kKey});
  all.emplace_back(KeyRequest{kKey});
  all.emplace_back(DialRequest{7, 1});
  all.emplace_back(HostKeyRequest{kKey});
  all.emplace_back(LoadKeyRequest{});
  all.emplace_back(Done{});
  return all;
}

// A part of one would be found in a file, and a line break be written into another.
TEST(MonitorCodec, AKeyIsAWholeOne) {
  const std::string blob = *decode_base64(auth::keys::kEd25519);
  const auto sent = [](const std::string& bytes) { return decode_request(ByteWriter{}.u8(2).string(bytes).view()); };
  const auto whole = sent(blob);
  ASSERT_TRUE(whole);
  EXPECT_EQ(std::get<KeyQuery>(*whole).key.base64, auth::keys::kEd25519);
  for (std::size_t size = 0; size < blob.size(); ++size) EXPECT_FALSE(sent(blob.substr(0, size))) << size;
  for (const auto* const behind : {"\n", "x"}) EXPECT_FALSE(sent(blob + behind));
  const std::string lines = "ssh-ed25519 x\n*";
  EXPECT_FALSE(sent(ByteWriter{}.string(lines).string(std::string(32, 'x')).release()));
  const std::string point = blob.substr(blob.size() - 32);
  EXPECT_TRUE(sent(ByteWriter{}.string("ssh-ed25519").string(point).release()));
  EXPECT_FALSE(sent(ByteWriter{}.string(std::string{"ssh-ed25519\0", 12}).string(point).release()));
  const std::string certificate = *decode_base64(auth::keys::kCertificate);
  EXPECT_TRUE(sent(certificate));
  for (std::size_t size = 0; size < certificate.size(); ++size) EXPECT_FALSE(sent(certificate.substr(0, size))) << size;
}

UserAnswer user_answer() {
  UserAnswer answer;
  answer.methods = {"publickey", "password"};
  answer.accepts_unsigned_keys = true;
  answer.key_policy = auth::KeyPolicy::agent;
  answer.same_for_all_until = 1'000'000'000'000;
  answer.server = "web";
  answer.has_route = true;
  answer.route = {{0, "host"}, {3, std::string{"a\0b", 3}}};
  answer.faults = {"", "two"};
  return answer;
}

KeyAnswer key_answer() {
  auth::KeyRights rights;
  rights.command = "internal-sftp -R";
  rights.sftp.read_only = true;
  rights.sftp.allowed = {"open", "read"};
  rights.sftp.denied = {"rename"};
  rights.sftp.directory = "/in";
  rights.pty = false;
  return {std::move(rights), {"noted"}, Secret{"stored"}};
}

std::vector<Answer> answers() {
  std::vector<Answer> all;
  all.emplace_back(user_answer());
  all.emplace_back(PasswordAnswer{auth::PasswordCheck::right, Secret{"stored"}});
  all.emplace_back(KeyQueryAnswer{true, {}});
  all.emplace_back(key_answer());
  all.emplace_back(DialAnswer{7, "192.0.2.1", {{"192.0.2.2", "refused"}}, "", {"ssh-ed25519"}});
  all.emplace_back(HostKeyAnswer{"", {"SHA256:y", true, {"h: down"}}});
  all.emplace_back(LoadKeyAnswer{"upstream_key: none"});
  return all;
}

template <class Message>
std::string bytes(const Message& message) {
  return encode(message).release();
}
std::string again(const Request&, std::string_view bytes) {
  const auto decoded = decode_request(bytes);
  return decoded ? encode(*decoded).release() : "none";
}
std::string again(const Answer&, std::string_view bytes) {
  const auto decoded = decode_answer(bytes);
  return decoded ? encode(*decoded).release() : "none";
}

/// What comes back is what was sent; nothing comes of less or more of it.
template <class Message>
void expect_whole(const std::vector<Message>& messages) {
  ASSERT_EQ(messages.size(), std::variant_size_v<Message>) << "a type is not tried";
  for (const Message& message : messages) {
    const std::string whole = bytes(message);
    EXPECT_EQ(again(message, whole), whole) << message.index();
    EXPECT_EQ(again(message, whole + '\0'), "none") << message.index();
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(again(message, whole.substr(0, size)), "none") << message.index() << " of " << size;
  }
}

TEST(MonitorCodec, RequestsArriveWholeOrNotAtAll) {
  expect_whole(requests());
}

TEST(MonitorCodec, AnswersArriveWholeOrNotAtAll) {
  expect_whole(answers());
}

TEST(MonitorCodec, EveryFieldArrives) {
  const auto answer = decode_answer(bytes(Answer{key_answer()}));
  ASSERT_TRUE(answer && std::holds_alternative<KeyAnswer>(*answer));
  const auto& got = std::get<KeyAnswer>(*answer);
  EXPECT_EQ(got.rights->command, "internal-sftp -R");
  EXPECT_EQ(got.rights->sftp.allowed, (std::vector<std::string>{"open", "read"}));
  EXPECT_TRUE(got.rights->sftp.read_only && got.rights->x11_forwarding && !got.rights->pty);
  EXPECT_EQ(got.upstream_password->reveal(), "stored");
  const auto user = decode_answer(bytes(Answer{user_answer()}));
  EXPECT_EQ(std::get<UserAnswer>(*user).route[1].text, (std::string{"a\0b", 3}));
  EXPECT_EQ(std::get<UserAnswer>(*user).key_policy, auth::KeyPolicy::agent);
}

TEST(MonitorCodec, WhatNobodySendsIsNothing) {
  EXPECT_FALSE(decode_request("\x08"));  // a type that there is not
  EXPECT_FALSE(decode_request("\xff"));
  EXPECT_FALSE(decode_request(std::string("\x01\xff\xff\xff\xff", 5)));  // a length of 4 GiB
  std::string answer = bytes(Answer{PasswordAnswer{}});
  answer[1] = 3;  // a check that there is not
  EXPECT_FALSE(decode_answer(answer));
  answer[1] = 1;
  answer[5] = 2;  // an optional of two
  EXPECT_FALSE(decode_answer(answer));
  std::string query = bytes(Answer{KeyQueryAnswer{true, {}}});
  query[1] = 2;  // neither true nor false
  EXPECT_FALSE(decode_answer(query));
  query[1] = 1;
  query[2] = '\xff';  // four billion notes
  EXPECT_FALSE(decode_answer(query));
}

}  // namespace
}  // namespace pysshrp::monitor
