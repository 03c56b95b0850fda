#include "connection/auth_relay.h"

#include <utility>
#include <variant>

#include "auth/fingerprint.h"
#include "log/event.h"

namespace pysshrp::connection {

using auth::KeyPolicy;

void AuthRelay::advance(TimePoint now) {
  if (auto attempt = client_.take_attempt()) {
    if (!std::holds_alternative<InfoResponse>(*attempt)) {
      granted_ = rights_;
      dialogue_ = Dialogue::none;
      query_ = Query::nothing;
    }
    std::visit([this](auto& what) { on(what); }, *attempt);
  }
  if (upstream_ && upstream_->is_busy()) on_answer(upstream_->advance(now));
}

void AuthRelay::on(PasswordRequest& request) {
  log_.context.method = "password";
  check_password(std::move(request.password));
}

void AuthRelay::check_password(Secret password) {
  if (decider_ == Decider::upstream) return ask(Query::login, RelayPassword{std::move(password)});
  switch (monitor_.check_password(password)) {
    case auth::PasswordCheck::wrong:
      return fail();
    case auth::PasswordCheck::right:
      return ask(Query::login, LogIn{std::move(password)});
    case auth::PasswordCheck::upstream_decides:
      return ask(Query::login, RelayPassword{std::move(password)});
  }
}

/// A user whom the upstream is not asked about, known or not, meets the question that PAM asks.
void AuthRelay::on(KeyboardInteractiveRequest&) {
  log_.context.method = "keyboard-interactive/pam";
  if (decider_ == Decider::upstream || monitor_.upstream_decides()) return ask(Query::login, RelayInteractive{});
  dialogue_ = Dialogue::monitor;
  client_.answer(InfoRequest{"", "", {{"Password: ", false}}});
}

void AuthRelay::on(InfoResponse& response) {
  const Dialogue dialogue = std::exchange(dialogue_, Dialogue::none);
  if (dialogue == Dialogue::monitor) return check_password(std::move(response.answers.front()));
  ask(Query::login, RelayAnswers{std::move(response.answers)});
}

void AuthRelay::on(PublicKeyRequest& request) {
  log_.context.method = "publickey";
  log_.context.key = auth::key_text(request.key);
  log_.context.certificate.reset();
  if (auto name = auth::certificate_name(request.key)) {
    log_.context.key = std::move(name->key);
    log_.context.certificate = log::CertificateName{std::move(name->id), name->serial, std::move(name->authority)};
  }
  const bool verifiable = monitor_.can_verify(request.key);
  // Where only the upstream knows which keys are good, nobody is told before the signature.
  if (!request.is_signed)
    return client_.answer_key_query(verifiable &&
                                    (monitor_.accepts_unsigned_keys() || monitor_.knows_key(request.key)));
  const KeyPolicy policy = monitor_.key_policy();
  if (!verifiable || policy == KeyPolicy::none) return fail();
  const bool is_local = policy == KeyPolicy::local_file || policy == KeyPolicy::local_file_then_agent;
  if (is_local && !restrict_to(monitor_.rights_of(request.key))) return fail();
  use_key(request.key, policy);
}

/// Each key of a login takes away what it does not grant. False where this one grants nothing, or cannot go together
/// with those before it.
bool AuthRelay::restrict_to(const std::optional<auth::KeyRights>& rights) {
  if (!rights) return false;
  auto granted = auth::both(rights_, *rights);
  if (!granted) log_(log::KeyNoted{std::move(granted).error().what});
  if (!granted) return false;
  granted_ = *std::move(granted);
  return true;
}

void AuthRelay::use_key(const PublicKey& key, KeyPolicy policy) {
  switch (policy) {
    case KeyPolicy::none:
      return fail();
    case KeyPolicy::local_file:
      return ask(Query::login, LogIn{{}});
    case KeyPolicy::local_file_then_agent:
    case KeyPolicy::agent:
      return ask(Query::key_query, QueryKey{key});
    case KeyPolicy::upstream_file:
      key_ = key;
      return ask(Query::key_file, FetchKeys{});
  }
}

void AuthRelay::ask(Query what, UpstreamAuthRequest request) {
  query_ = what;
  upstream_->begin(std::move(request));
}

void AuthRelay::on_answer(AuthResult result) {
  note_host();
  const bool is_no = is_pending(result) || std::holds_alternative<AuthFailure>(result);
  if (query_ == Query::login || (query_ == Query::key_query && !is_no)) show_banners();
  std::visit([this](auto& what) { on(what); }, result);
}

/// The records are about the host that is really used.
void AuthRelay::note_host() {
  if (const auto* client = upstream_->client()) {
    log_.context.upstream = client->where();
    log_.context.upstream_address = client->address();
  }
  const auto verified = upstream_->take_verified();
  if (!verified) return;
  for (const std::string& host : verified->passed_over) log_(log::UpstreamPassedOver{host});
  log_.context.unverified = verified->unchecked;
  if (!verified->recorded.empty()) log_(log::HostKeyRecorded{verified->recorded, route_->upstream_known_hosts});
}

void AuthRelay::show_banners() {
  for (const std::string& banner : upstream_->take_banners()) client_.show_banner(banner);
}

void AuthRelay::on(AuthSuccess&) {
  if (query_ == Query::key_file) {
    if (!restrict_to(monitor_.rights_in(upstream_->client()->fetched(), *key_))) return fail();
    show_banners();
  }
  rights_ = std::move(granted_);
  state_ = State::accepted;
  client_.answer(AuthSuccess{});
}

void AuthRelay::on(AuthPartialSuccess& partial) {
  decider_ = Decider::upstream;
  rights_ = granted_;
  log_(log::LoginPartial{});
  client_.answer(std::move(partial));
}

void AuthRelay::on(AuthFailure&) {
  fail();
}

void AuthRelay::on(InfoRequest& request) {
  dialogue_ = Dialogue::upstream;
  client_.answer(std::move(request));
}

void AuthRelay::on(AuthError& error) {
  log_(log::UpstreamFailed{error.record});
  state_ = State::failed;
  client_.answer(std::move(error));
}

/// A key that the client was asked to sign with in vain is no try.
void AuthRelay::fail() {
  log_(log::LoginFailed{});
  client_.answer(AuthFailure{"", !(monitor_.accepts_unsigned_keys() && log_.context.method == "publickey")});
}

}  // namespace pysshrp::connection
