#include "connection/approach.h"

#include <algorithm>
#include <utility>

#include "base/result.h"
#include "base/told.h"

namespace pysshrp::connection {

using ssh::Verdict;

namespace {

constexpr int kMaxRounds = 10;  // that are there at once; PAM has one, and perhaps one that asks nothing

}  // namespace

void Approach::begin(Errand errand) {
  errand_ = std::move(errand);
  forget_what_is_stale();
  if (const auto* login = std::get_if<LogIn>(&*errand_)) plan(*login);
}

/// An upstream that was kept may have lost its patience meanwhile. One that waits for answers would take anything else
/// for them: libssh cannot leave keyboard-interactive. In a chain there is no other connection to turn to.
void Approach::forget_what_is_stale() {
  if (!upstream_ || !reached_) return;
  upstream_->session().service();
  if (std::holds_alternative<RelayAnswers>(*errand_)) return;
  leaving_ = partial_ && asking_;
  if (!partial_ && (upstream_->dead() || asking_)) drop_upstream();
}

/// The question is answered with nothing, which costs a try there. Nothing is to be gained by that: only a no goes on.
std::optional<Outcome> Approach::leave_question() {
  Verdict verdict = Verdict::asked;
  for (int rounds = 0; verdict == Verdict::asked && rounds < kMaxRounds; ++rounds)
    verdict = upstream_->try_interactive();
  if (verdict == Verdict::again) return NothingYet{};
  leaving_ = asking_ = false;
  if (verdict == Verdict::denied) return {};
  if (verdict == Verdict::broken) return hung_up();
  return failed("it does not refuse a question that the client has left unanswered");
}

Outcome Approach::advance(TimePoint now) {
  Outcome outcome = step(now);
  if (!upstream_ && std::holds_alternative<NothingYet>(outcome)) outcome = step(now);
  if (std::holds_alternative<NothingYet>(outcome)) return outcome;
  errand_.reset();
  kept_ = upstream_ != nullptr;
  return outcome;
}

Outcome Approach::step(TimePoint now) {
  if (!upstream_) {
    upstream_ = std::make_unique<upstream::Upstream>(route_, algorithms_, client_);
    reached_ = kept_ = asking_ = logged_in_ = false;
    fetched_.reset();
  }
  const ssh::Progress reached = upstream_->reach(now);
  if (reached == ssh::Progress::again) return NothingYet{};
  if (reached == ssh::Progress::failed) return failed(upstream_->error());
  if (!std::exchange(reached_, true)) verified_ = upstream_->verified();
  if (leaving_)
    if (auto ended = leave_question()) return *std::move(ended);
  if (upstream_->needs_no_proof() && !std::holds_alternative<FetchKeys>(*errand_)) return Success{};
  return std::visit([this](auto& errand) { return act(errand); }, *errand_);
}

void Approach::drop_upstream() noexcept {
  fetch_.reset();
  agent_.reset();
  upstream_.reset();
}

std::string Approach::take_banner() {
  if (!upstream_ || !reached_) return {};
  std::string now = upstream_->session().banner();
  return now == banner_ ? std::string{} : banner_ = std::move(now);
}

Outcome Approach::act(const RelayPassword& errand) {
  return judged(upstream_->try_password(errand.password));
}

Outcome Approach::act(RelayInteractive) {
  const ssh::Client& client = upstream_->session();
  if (!asking_ && !client.offers("keyboard-interactive"))
    return client.offers("password") ? Outcome{NotInteractive{}} : Outcome{Denied{}};
  asking_ = true;
  return judged(upstream_->try_interactive());
}

Outcome Approach::act(RelayAnswers& errand) {
  if (!asking_) return Denied{};  // it has hung up, or died, since it asked
  upstream_->session().answer(std::exchange(errand.answers, {}));
  return judged(upstream_->try_interactive());
}

Outcome Approach::judged(Verdict verdict) {
  if (verdict != Verdict::again && verdict != Verdict::asked) asking_ = false;
  switch (verdict) {
    case Verdict::again:
      return NothingYet{};
    case Verdict::success:
      return Success{};
    case Verdict::partial:
      return more();
    case Verdict::asked:
      return Asked{upstream_->session().round()};
    case Verdict::denied:
      return Denied{};
    case Verdict::broken:
      break;
  }
  return hung_up();
}

/// It may say no by hanging up, as sshd does after too many of them: the next attempt gets a new connection. One that
/// went while the client was thinking has not judged this attempt; but a password that has been sent is sent to nobody
/// again: it may have been counted.
Outcome Approach::hung_up() {
  const bool judged = upstream_->session().last_words().has_value();
  const bool is_sent = std::holds_alternative<RelayPassword>(*errand_);
  if (partial_ || (!judged && (!kept_ || is_sent))) return failed(upstream_->error());
  const bool answers = std::holds_alternative<RelayAnswers>(*errand_);
  drop_upstream();
  return judged || answers ? Outcome{Denied{}} : Outcome{NothingYet{}};
}

/// What the upstream wants besides, as far as it can be had.
Outcome Approach::more() {
  partial_ = true;
  NeedsMore needs;
  for (const std::string_view method : {"publickey", "keyboard-interactive", "password"})
    if (upstream_->session().offers(method) && (method != "publickey" || route_.upstream_agent))
      needs.methods.push_back(method);
  if (!needs.methods.empty()) return needs;
  return failed("it wants besides what cannot be passed on here (methods that can continue: " +
                upstream_->session().methods() + ")");
}

Outcome Approach::failed(std::string reason) const {
  return Failed{std::move(reason), upstream_->error_for_client()};
}

/// In this order, each for which the upstream has the method.
void Approach::plan(const LogIn& errand) {
  plan_.clear();
  trying_.reset();
  is_refused_ = false;
  if (errand.typed && route_.upstream_password) plan_.push_back(Stored::password);
  if (!route_.upstream_key.empty()) plan_.push_back(Stored::key);
  if (!errand.typed && route_.upstream_password) plan_.push_back(Stored::password);
  if (errand.typed && !route_.upstream_password) plan_.push_back(Stored::typed);
  if (plan_.empty()) partial_ = true;  // the key was the proxy's condition; the rest is the upstream's
}

bool Approach::takes(Stored what) const noexcept {
  const ssh::Client& client = upstream_->session();
  if (what == Stored::key) return client.offers("publickey");
  return client.offers("password") || client.offers("keyboard-interactive");
}

Outcome Approach::act(const LogIn& errand) {
  if (logged_in_) return Success{};
  if (auto fault = load_key()) return *std::move(fault);
  // What it takes changes with every answer, also with one that has come in and was not looked at yet.
  while (trying_ || choose()) {
    const Verdict verdict = try_stored(*trying_, errand);
    if (verdict == Verdict::again) return NothingYet{};
    trying_.reset();
    const bool asked = std::exchange(asking_, false);
    if (verdict == Verdict::success) return Success{};
    if (verdict == Verdict::broken)
      return failed(upstream_->dead() || !asked ? upstream_->error() : "it asks for something else than one password");
    is_refused_ |= verdict == Verdict::denied;
    partial_ |= verdict == Verdict::partial;
    // A stored key that is wrong is no reason to tell the upstream what the client has typed for this proxy.
    if (verdict == Verdict::denied) std::erase(plan_, Stored::typed);
  }
  if (partial_) return more();
  if (is_refused_) return failed(upstream_->error());
  return failed("it takes nothing that is stored here (methods that can continue: " + upstream_->session().methods() +
                ")");
}

/// The first of the plan that the upstream takes now.
bool Approach::choose() {
  const auto next = std::find_if(plan_.begin(), plan_.end(), [this](Stored what) { return takes(what); });
  if (next == plan_.end()) return false;
  trying_ = *next;
  plan_.erase(next);
  asking_ = *trying_ != Stored::key && !upstream_->session().offers("password");
  return true;
}

Verdict Approach::try_stored(Stored what, const LogIn& errand) {
  if (what == Stored::key) return upstream_->try_key(*key_);
  const Secret& password = what == Stored::typed ? *errand.typed : *route_.upstream_password;
  return asking_ ? try_by_question(password) : upstream_->try_password(password);
}

/// Where a password can be told only in keyboard-interactive: to the one hidden question that PAM asks for it.
Verdict Approach::try_by_question(const Secret& password) {
  for (int rounds = 0; rounds < kMaxRounds; ++rounds) {
    const Verdict verdict = upstream_->try_interactive();
    if (verdict != Verdict::asked) return verdict;
    const ssh::Round round = upstream_->session().round();
    if (round.prompts.size() > 1 || (round.prompts.size() == 1 && round.prompts.front().echo)) return Verdict::broken;
    ssh::Answers answers;
    if (!round.prompts.empty()) answers.push_back(password.copy());
    upstream_->session().answer(answers);
  }
  return Verdict::broken;
}

std::optional<Outcome> Approach::load_key() {
  if (key_ || route_.upstream_key.empty()) return {};
  auto key = ssh::load_private_key(route_.upstream_key);
  if (!key) return Failed{"upstream_key: " + key.error().what, told::kNotConfigured};
  if (!route_.upstream_certificate.empty())
    if (const auto loaded = ssh::load_certificate(route_.upstream_certificate, *key); !loaded)
      return Failed{"upstream_certificate: " + loaded.error().what, told::kNotConfigured};
  key_ = *std::move(key);
  return {};
}

Outcome Approach::act(FetchKeys) {
  if (fetched_) return Fetched{*fetched_};
  if (auto fault = load_key()) return *std::move(fault);
  if (!fetch_) {
    const Verdict verdict = upstream_->try_key(*key_);
    if (verdict == Verdict::again) return NothingYet{};
    if (verdict == Verdict::partial)
      return failed(
          "it wants more than upstream_key, so that upstream_authorized_keys cannot be read: use authorized_keys");
    if (verdict != Verdict::success) return failed(upstream_->error());
    logged_in_ = true;
    fetch_ = std::make_unique<upstream::Fetch>(upstream_->session(), route_.upstream_authorized_keys);
  }
  const ssh::Progress progress = fetch_->advance();
  if (progress == ssh::Progress::again) return NothingYet{};
  if (progress == ssh::Progress::failed)
    return failed("upstream_authorized_keys " + route_.upstream_authorized_keys + ": " + fetch_->error());
  fetched_ = fetch_->text();
  fetch_.reset();
  return Fetched{*fetched_};
}

Outcome Approach::act(const OfferKey& errand) {
  if (!agent_) agent_ = std::make_unique<ssh::AgentLogin>(upstream_->session(), route_.upstream_user);
  return judged(agent_->offer(errand.key));
}

}  // namespace pysshrp::connection
