#include "connection/stored_login.h"

#include <algorithm>
#include <utility>

#include "base/client_messages.h"

namespace pysshrp::connection {
namespace {

constexpr int kMaxRounds = 10;  // that are there at once; PAM has one, and perhaps one that asks nothing

}  // namespace

StoredLogin::StoredLogin(const route::Route& route, std::optional<Secret> typed)
    : route_(route), typed_(std::move(typed)) {
  if (typed_ && route_.upstream_password) plan_.push_back(What::password);
  if (route_.has_upstream_key()) plan_.push_back(What::key);
  if (!typed_ && route_.upstream_password) plan_.push_back(What::password);
  if (typed_ && !route_.upstream_password) plan_.push_back(What::typed);
}

bool StoredLogin::is_key_only() const noexcept {
  return !trying_ && plan_.size() == 1 && plan_.front() == What::key;
}

AuthResult StoredLogin::advance(auth::UserAuthClient& upstream, bool methods_known) {
  // What it takes changes with every answer, also with one that has come in and was not looked at yet.
  while (trying_ || choose(upstream, methods_known)) {
    AuthResult result = request(upstream);
    if (is_pending(result)) return result;
    methods_known = true;
    const What tried = std::exchange(trying_, {})->what;
    if (std::holds_alternative<AuthPartialSuccess>(result)) {
      partly_accepted_ = true;
    } else if (auto* failure = std::get_if<AuthFailure>(&result)) {
      if (takes(upstream, tried)) refused_ = std::move(failure->record);
      // A stored key that is wrong is no reason to tell the upstream what the client has typed for this proxy.
      std::erase(plan_, What::typed);
    } else {
      return result;
    }
  }
  if (partly_accepted_) return AuthPartialSuccess{upstream.methods()};
  if (refused_) return AuthFailure{*refused_};
  return AuthFailure{
      "it takes nothing that is stored here (methods that can continue: " + comma_separated(upstream.methods()) + ")"};
}

bool StoredLogin::takes(const auth::UserAuthClient& upstream, What what) const {
  if (what == What::key) return upstream.offers("publickey");
  return upstream.offers("password") || upstream.offers("keyboard-interactive");
}

/// The first of the plan that the upstream takes now.
bool StoredLogin::choose(const auth::UserAuthClient& upstream, bool methods_known) {
  const auto next =
      std::find_if(plan_.begin(), plan_.end(), [&](What what) { return !methods_known || takes(upstream, what); });
  if (next == plan_.end()) return false;
  trying_ = {*next, *next != What::key && !upstream.offers("password")};
  plan_.erase(next);
  return true;
}

AuthResult StoredLogin::request(auth::UserAuthClient& upstream) {
  if (trying_->what == What::key) return upstream.public_key();
  const Secret& password = trying_->what == What::typed ? *typed_ : *route_.upstream_password;
  return trying_->by_dialogue ? by_dialogue(upstream, password) : upstream.password(password);
}

/// Where a password can be told only by keyboard-interactive: to the one hidden prompt by which PAM asks for it.
AuthResult StoredLogin::by_dialogue(auth::UserAuthClient& upstream, const Secret& password) {
  for (int rounds = 0; rounds < kMaxRounds; ++rounds) {
    AuthResult result = upstream.keyboard_interactive();
    const auto* asked = std::get_if<InfoRequest>(&result);
    if (!asked) return result;
    const auto& prompts = asked->prompts;
    if (prompts.size() > 1 || (prompts.size() == 1 && prompts.front().echo)) break;
    Answers answers;
    if (!prompts.empty()) answers.push_back(password.copy());
    upstream.answer(answers);
  }
  return AuthError{"it asks for something else than one password", client_messages::kNotAccepted};
}

}  // namespace pysshrp::connection
