#include "upstream/user_auth.h"

#include <utility>

#include "base/client_messages.h"
#include "ssh/texts.h"
#include "upstream/algorithms.h"

namespace pysshrp::upstream {
namespace {

std::string key_name(const route::Route& route) {
  return route.upstream_ca_key.empty() ? "upstream_key" : "a certificate of upstream_ca_key";
}

}  // namespace

UserAuth::UserAuth(const route::Route& route, const ssh::Algorithms& algorithms, const Endpoint& client,
                   Connector& connector, KeyAgent* keys)
    : route_(route), upstream_(route, algorithms, client, connector), keys_(keys) {}

std::optional<AuthResult> UserAuth::connect(TimePoint now) {
  switch (upstream_.reach(now)) {
    case ssh::Progress::again:
      return AuthPending{};
    case ssh::Progress::failed:
      return AuthError{upstream_.error(), upstream_.error_for_client()};
    case ssh::Progress::done:
      break;
  }
  return {};
}

bool UserAuth::is_alive() {
  session().service();
  return !upstream_.dead();
}

/// The connection is gone, or libssh could not make the attempt.
AuthError UserAuth::broken() const {
  const ssh::Client& session = upstream_.session();
  const std::string why = session.disconnect_reason();
  if (attempts_ == Attempts::none) return {upstream_.with_all_hosts(why), client_messages::kNoAnswer};
  if (why.find(ssh::texts::kChangeRequest) != why.npos)
    return {"it wants the password changed, which can be done by keyboard-interactive only",
            client_messages::kPasswordExpired};
  return {why, session.dead() ? client_messages::kClosed : client_messages::kNotAccepted};
}

AuthResult UserAuth::none() {
  AuthResult result = session().auth_none(route_.upstream_user);
  if (std::holds_alternative<AuthError>(result)) return broken();
  if (std::holds_alternative<AuthSuccess>(result)) attempts_ = Attempts::not_needed;
  return result;
}

AuthResult UserAuth::password(const Secret& password) {
  return explained(session().auth_password(route_.upstream_user, password), "the password");
}

AuthResult UserAuth::keyboard_interactive() {
  return explained(session().auth_interactive(route_.upstream_user), "the answers");
}

std::optional<AuthError> UserAuth::load_key() {
  if (has_key_ || !route_.has_upstream_key()) return {};
  if (const auto loaded = keys_->load_key(); !loaded)
    return AuthError{loaded.error().what, client_messages::kNotConfigured};
  has_key_ = true;
  return {};
}

AuthResult UserAuth::public_key() {
  if (attempts_ == Attempts::not_needed) return AuthSuccess{};
  if (!has_agent_ && !session().set_agent(keys_->connect()))
    return AuthError{"no agent to sign with " + key_name(route_), client_messages::kNotConfigured};
  AuthResult result = session().auth_agent(route_.upstream_user);
  has_agent_ = is_pending(result);
  return explained(std::move(result), key_name(route_));
}

AuthResult UserAuth::query_key(const PublicKey& key) {
  if (!agent_) agent_ = std::make_unique<ssh::AgentLogin>(session(), route_.upstream_user);
  return explained(agent_->offer(key), "the client's key");
}

AuthResult UserAuth::explained(AuthResult result, const std::string& what) {
  if (is_pending(result)) return result;
  if (attempts_ == Attempts::none) attempts_ = Attempts::made;
  if (std::holds_alternative<AuthError>(result)) return broken();
  if (auto* failure = std::get_if<AuthFailure>(&result)) {
    failure->record = explain_unused_key(failure->record, what, route_);
    if (failure->record.empty())
      failure->record =
          "it does not accept " + what + " (methods that can continue: " + comma_separated(methods()) + ")";
  }
  return result;
}

AuthResult UserAuth::fetch_keys() {
  if (!fetch_) fetch_ = std::make_unique<Fetch>(session(), route_.upstream_authorized_keys);
  const ssh::Progress progress = fetch_->advance();
  if (progress == ssh::Progress::again) return AuthPending{};
  if (progress == ssh::Progress::failed)
    return AuthError{"upstream_authorized_keys " + route_.upstream_authorized_keys + ": " + fetch_->error(),
                     upstream_.dead() ? client_messages::kClosed : client_messages::kNotAccepted};
  fetched_ = fetch_->text();
  fetch_.reset();
  return AuthSuccess{};
}

std::unique_ptr<ssh::AgentLogin> UserAuth::take_agent_login() noexcept {
  return agent_ && !agent_->request().empty() ? std::move(agent_) : nullptr;
}

}  // namespace pysshrp::upstream
