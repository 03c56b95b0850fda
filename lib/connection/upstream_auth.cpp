#include "connection/upstream_auth.h"

#include <algorithm>
#include <string_view>

#include "base/client_messages.h"
#include "base/result.h"

namespace pysshrp::connection {
namespace {

constexpr int kMaxRounds = 10;  // that are there at once; PAM has one, and perhaps one that asks nothing

AuthError not_accepted(std::string record) {
  return {std::move(record), client_messages::kNotAccepted};
}

}  // namespace

void UpstreamAuth::begin(UpstreamAuthRequest request) {
  request_ = std::move(request);
  refusal_.reset();
  auto* answers = std::get_if<RelayAnswers>(&*request_);
  if (answers && dialogue_ == Dialogue::asked_for_password) {
    Secret password = std::move(answers->answers.front());
    request_ = RelayPassword{std::move(password)};
  }
  if (dialogue_ == Dialogue::asked_for_password) dialogue_ = Dialogue::idle;
  forget_what_is_stale();
  login_.reset();
  if (auto* login = std::get_if<LogIn>(&*request_)) login_.emplace(route_, std::move(login->typed));
  if (login_ && login_->is_empty()) progress_ = std::max(progress_, Progress::proven_here);
}

/// A connection that was kept may be gone meanwhile. One that waits for answers would take anything else for them:
/// libssh cannot leave keyboard-interactive. So another one takes its place, unless something has been proven already:
/// then the dialogue is gone through. Once partly accepted there is no other connection to turn to.
void UpstreamAuth::forget_what_is_stale() {
  if (connection_ < Connection::ready) return;
  const bool alive = client_->is_alive();
  if (std::holds_alternative<RelayAnswers>(*request_)) return;
  const bool is_asked = dialogue_ == Dialogue::asked;
  const bool may_dial_again = progress_ != Progress::partly_accepted;
  if ((!alive && may_dial_again) || (is_asked && progress_ == Progress::fresh)) return disconnect();
  if (is_asked) dialogue_ = Dialogue::abandoned;
}

void UpstreamAuth::disconnect() {
  collect_banners();
  heard_now_ = 0;
  client_.reset();
  connection_ = Connection::none;
  dialogue_ = Dialogue::idle;
  methods_ = Methods::unknown;
  fetching_ = Fetching::none;
}

AuthResult UpstreamAuth::advance(TimePoint now) {
  AuthResult result = step(now);
  if (connection_ == Connection::none && is_pending(result)) result = step(now);
  if (is_pending(result)) return result;
  request_.reset();
  if (client_) connection_ = Connection::kept;
  return result;
}

AuthResult UpstreamAuth::step(TimePoint now) {
  if (connection_ == Connection::none) {
    client_ = connect_();
    connection_ = Connection::connecting;
  }
  if (connection_ == Connection::connecting) {
    if (auto result = client_->connect(now)) return *std::move(result);
    verified_ = client_->verified();
    connection_ = Connection::ready;
  }
  if (dialogue_ == Dialogue::abandoned)
    if (auto result = leave_dialogue()) return *std::move(result);
  if (refusal_ || asks_methods_first())
    if (auto result = ask_methods()) return *std::move(result);
  AuthResult result = std::visit([this](auto& request) { return act(request); }, *request_);
  auto* error = std::get_if<AuthError>(&result);
  if (!error || methods_ != Methods::told || progress_ != Progress::fresh || !client_ || !client_->is_alive())
    return result;
  refusal_ = std::move(*error);
  return ask_methods().value_or(AuthPending{});
}

/// The dialogue is gone through with empty answers, which costs a try there. Nothing is to be gained by that: anything
/// but a failure ends the login.
std::optional<AuthResult> UpstreamAuth::leave_dialogue() {
  AuthResult result = InfoRequest{};
  for (int rounds = 0; std::holds_alternative<InfoRequest>(result) && rounds < kMaxRounds; ++rounds)
    result = client_->keyboard_interactive();
  if (is_pending(result)) return result;
  dialogue_ = Dialogue::idle;
  if (std::holds_alternative<AuthFailure>(result)) return {};
  if (auto* error = std::get_if<AuthError>(&result)) return hung_up(std::move(*error));
  return not_accepted("it does not refuse a question that the client has left unanswered");
}

/// What is tried whatever they are is tried at once, which spares a round trip. A password only at OpenSSH's sshd,
/// which takes an empty one where it would take none.
bool UpstreamAuth::asks_methods_first() const {
  if (methods_ != Methods::unknown || std::holds_alternative<FetchKeys>(*request_)) return false;
  if (std::holds_alternative<RelayPassword>(*request_)) return !client_->is_openssh();
  return !login_ || (!login_->is_key_only() && !login_->has_begun());
}

/// Something when that ends the request, or is not over.
std::optional<AuthResult> UpstreamAuth::ask_methods() {
  AuthResult result = client_->none();
  if (is_pending(result)) return result;
  if (std::holds_alternative<AuthError>(result)) return refusal_ ? *std::exchange(refusal_, {}) : result;
  methods_ = std::holds_alternative<AuthSuccess>(result) ? Methods::not_needed : Methods::asked;
  if (methods_ == Methods::asked) {
    if (refusal_) return *std::exchange(refusal_, {});
    return {};
  }
  refusal_.reset();
  if (std::holds_alternative<FetchKeys>(*request_)) return {};
  return AuthSuccess{};
}

std::vector<std::string> UpstreamAuth::take_banners() {
  collect_banners();
  return std::exchange(unshown_, {});
}

void UpstreamAuth::collect_banners() {
  if (!client_) return;
  for (std::string& banner : client_->take_banners()) {
    const std::size_t at = heard_now_++;
    if (at < heard_.size() && heard_[at] == banner) continue;
    heard_.resize(at);
    heard_.push_back(banner);
    unshown_.push_back(std::move(banner));
  }
}

/// Every answer to an attempt names the methods.
void UpstreamAuth::note_answer(const AuthResult& result) noexcept {
  if (!is_pending(result) && methods_ == Methods::unknown) methods_ = Methods::told;
}

AuthResult UpstreamAuth::act(const RelayPassword& request) {
  return relayed(client_->password(request.password));
}

AuthResult UpstreamAuth::act(RelayInteractive) {
  if (dialogue_ != Dialogue::asked && !client_->offers("keyboard-interactive")) {
    if (!client_->offers("password")) return AuthFailure{};
    dialogue_ = Dialogue::asked_for_password;
    return InfoRequest{"", "", {{"Password: ", false}}};
  }
  dialogue_ = Dialogue::asked;
  return relayed(client_->keyboard_interactive());
}

AuthResult UpstreamAuth::act(RelayAnswers& request) {
  if (dialogue_ != Dialogue::asked) return AuthFailure{};  // it has hung up, or died, since it asked
  client_->answer(std::exchange(request.answers, {}));
  return relayed(client_->keyboard_interactive());
}

AuthResult UpstreamAuth::act(const QueryKey& request) {
  return relayed(client_->query_key(request.key));
}

/// What the upstream has said, as the client is to hear it.
AuthResult UpstreamAuth::relayed(AuthResult result) {
  note_answer(result);
  if (is_pending(result) || std::holds_alternative<InfoRequest>(result)) return result;
  dialogue_ = Dialogue::idle;
  if (std::holds_alternative<AuthPartialSuccess>(result)) {
    progress_ = Progress::partly_accepted;
    return what_can_continue();
  }
  if (auto* error = std::get_if<AuthError>(&result)) return hung_up(std::move(*error));
  return result;
}

/// An upstream may say no by hanging up, as sshd does after too many tries: the next attempt gets a new connection. One
/// that went while the client was thinking has not answered this attempt; but a password that has been sent is sent to
/// nobody again: it may have been counted.
AuthResult UpstreamAuth::hung_up(AuthError error) {
  const bool answered = client_->has_said_goodbye();
  const bool is_sent = std::holds_alternative<RelayPassword>(*request_);
  const bool may_dial_again = answered || (connection_ == Connection::kept && !is_sent);
  if (progress_ == Progress::partly_accepted || !may_dial_again) return error;
  disconnect();
  if (answered || std::holds_alternative<RelayAnswers>(*request_)) return AuthFailure{std::move(error.record)};
  return AuthPending{};
}

/// The methods that the upstream wants besides, as far as they can be served.
AuthResult UpstreamAuth::what_can_continue() {
  AuthPartialSuccess partial;
  for (const std::string_view method : {"publickey", "keyboard-interactive", "password"})
    if (client_->offers(method) && (method != "publickey" || route_.upstream_agent))
      partial.methods.emplace_back(method);
  if (!partial.methods.empty()) return partial;
  return not_accepted("it wants besides what cannot be passed on here (methods that can continue: " +
                      comma_separated(client_->methods()) + ")");
}

AuthResult UpstreamAuth::act(const LogIn&) {
  if (fetching_ != Fetching::none) return AuthSuccess{};
  if (auto fault = client_->load_key()) return *std::move(fault);
  if (login_->is_empty()) return what_can_continue();
  AuthResult result = login_->advance(*client_, methods_ != Methods::unknown);
  note_answer(result);
  if (std::holds_alternative<AuthPartialSuccess>(result)) progress_ = Progress::partly_accepted;
  if (progress_ != Progress::fresh && !std::holds_alternative<AuthError>(result) && !is_pending(result) &&
      !std::holds_alternative<AuthSuccess>(result))
    return what_can_continue();
  if (auto* failure = std::get_if<AuthFailure>(&result)) return not_accepted(std::move(failure->record));
  return result;
}

AuthResult UpstreamAuth::act(FetchKeys) {
  if (fetching_ == Fetching::none) {
    AuthResult result = log_in_to_fetch();
    if (!std::holds_alternative<AuthSuccess>(result)) return result;
    fetching_ = Fetching::logged_in;
  }
  if (fetching_ == Fetching::logged_in) {
    AuthResult result = client_->fetch_keys();
    if (!std::holds_alternative<AuthSuccess>(result)) return result;
    fetching_ = Fetching::done;
  }
  return AuthSuccess{};
}

AuthResult UpstreamAuth::log_in_to_fetch() {
  if (auto fault = client_->load_key()) return *std::move(fault);
  AuthResult result = client_->public_key();
  note_answer(result);
  if (std::holds_alternative<AuthPartialSuccess>(result))
    return not_accepted(
        "it wants more than upstream_key, so that upstream_authorized_keys cannot be read: use authorized_keys");
  if (auto* failure = std::get_if<AuthFailure>(&result)) return not_accepted(std::move(failure->record));
  return result;
}

}  // namespace pysshrp::connection
