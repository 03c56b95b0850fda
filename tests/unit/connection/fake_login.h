#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "auth/monitor.h"
#include "auth/user_auth_client.h"
#include "auth/user_auth_server.h"
#include "base/result.h"

namespace pysshrp::connection::fakes {

using namespace std::string_literals;

inline std::string words(const AuthResult& result) {
  return std::visit(
      Cases{[](AuthPending) { return "pending"s; }, [](AuthSuccess) { return "success"s; },
            [](const AuthPartialSuccess& partial) { return "partial success: " + comma_separated(partial.methods); },
            [](const AuthFailure& failure) { return failure.counts ? "failure"s : "failure that is no try"s; },
            [](const InfoRequest& request) {
              std::string text = "asks";
              for (const auto& prompt : request.prompts) text += " '" + prompt.text + "'";
              return text;
            },
            [](const AuthError& error) { return "error: " + error.record; }},
      result);
}

/// What happens to the connections of one login, as they are made one after the other.
struct Wire {
  std::string sent;             ///< what the upstreams have got, each after a space; `dial` is a new connection
  std::deque<AuthResult> says;  ///< to the requests that come, one for each; then AuthFailure
  std::vector<std::string> methods{"publickey", "keyboard-interactive", "password"};
  std::vector<std::string> banners;  ///< with the next answer
  bool alive = true;                 ///< the connection of now
  bool goodbye = false;              ///< SSH_MSG_DISCONNECT came
  bool openssh = true;
  std::optional<AuthResult> connect;  ///< what comes of dialling; nothing: it is there at once
  std::optional<AuthError> key_fault;
  bool wants_no_proof = false;
  std::string file = "the keys";

  AuthResult next(const std::string& what) {
    sent += " " + what;
    if (says.empty()) return AuthFailure{"no"};
    AuthResult result = std::move(says.front());
    says.pop_front();
    if (std::holds_alternative<AuthError>(result) && std::get<AuthError>(result).record == "hung up") alive = false;
    if (std::holds_alternative<AuthError>(result) && std::get<AuthError>(result).record == "goodbye") {
      alive = false;
      goodbye = true;
    }
    return result;
  }
};

class Upstream final : public auth::UserAuthClient {
 public:
  explicit Upstream(Wire& wire) : wire_(wire) {
    wire_.sent += " dial";
    wire_.alive = true;
    wire_.goodbye = false;
  }
  std::optional<AuthResult> connect(TimePoint) override { return wire_.connect; }
  const auth::VerifiedHost& verified() const override { return verified_; }
  std::string where() const override { return "up.lan:22"; }
  const std::string& address() const override { return address_; }
  bool is_alive() override { return wire_.alive; }
  bool has_said_goodbye() const override { return wire_.goodbye; }
  bool is_openssh() const override { return wire_.openssh; }
  std::vector<std::string> take_banners() override { return std::exchange(wire_.banners, {}); }
  std::vector<std::string> methods() const override { return wire_.methods; }
  AuthResult none() override {
    wire_.sent += " none";
    if (wire_.wants_no_proof) return AuthSuccess{};
    return AuthFailure{"none"};
  }
  AuthResult password(const Secret& password) override {
    return wire_.next("password=" + std::string{password.reveal()});
  }
  std::optional<AuthError> load_key() override { return wire_.key_fault; }
  AuthResult public_key() override { return wire_.next("upstream_key"); }
  AuthResult keyboard_interactive() override { return wire_.next("keyboard-interactive"); }
  void answer(const Answers& answers) override {
    wire_.sent += " answers";
    for (const Secret& answer : answers) wire_.sent += "=" + std::string{answer.reveal()};
  }
  AuthResult query_key(const PublicKey& key) override { return wire_.next("query=" + key.base64); }
  AuthResult fetch_keys() override { return wire_.next("fetch"); }
  const std::string& fetched() const override { return wire_.file; }

 private:
  Wire& wire_;
  const auth::VerifiedHost verified_;
  const std::string address_ = "192.0.2.1";
};

class Client final : public auth::UserAuthServer {
 public:
  std::optional<auth::AuthAttempt> attempt;
  std::string got;  ///< what the client was answered, each after a space
  std::optional<auth::AuthAttempt> take_attempt() override { return std::exchange(attempt, {}); }
  void answer(AuthResult result) override { got += " " + words(result); }
  void answer_key_query(bool acceptable) override { got += acceptable ? " key ok" : " key refused"; }
  void show_banner(const std::string& text) override { got += " banner=" + text; }
};

class Monitor final : public auth::Monitor {
 public:
  bool decides_upstream = false, accepts_unsigned = false;
  auth::KeyPolicy policy = auth::KeyPolicy::none;
  std::string right = "right";          ///< the password
  std::string verifiable = "good bad";  ///< keys that libssh verifies
  std::string known = "good";           ///< keys that grant something
  std::optional<std::string> command;   ///< which they force

  bool upstream_decides() const override { return decides_upstream; }
  auth::KeyPolicy key_policy() const override { return policy; }
  bool accepts_unsigned_keys() const override { return accepts_unsigned; }
  auth::PasswordCheck check_password(const Secret& typed) override {
    if (decides_upstream) return auth::PasswordCheck::upstream_decides;
    return typed.reveal() == right ? auth::PasswordCheck::right : auth::PasswordCheck::wrong;
  }
  bool can_verify(const PublicKey& key) override { return verifiable.find(key.base64) != verifiable.npos; }
  bool knows_key(const PublicKey& key) override { return known.find(key.base64) != known.npos; }
  std::optional<auth::KeyRights> rights_of(const PublicKey& key) override {
    if (!knows_key(key)) return {};
    auth::KeyRights rights;
    rights.command = command;
    return rights;
  }
  std::optional<auth::KeyRights> rights_in(const std::string& file, const PublicKey& key) override {
    return file == "the keys" ? rights_of(key) : std::nullopt;
  }
};

}  // namespace pysshrp::connection::fakes
