#include "connection/exchange.h"

#include <sys/random.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "auth/offer.h"
#include "auth/policy.h"
#include "auth/proof.h"
#include "base/memory.h"
#include "base/result.h"
#include "base/told.h"
#include "connection/approach.h"
#include "connection/ending.h"
#include "connection/key_judge.h"
#include "connection/startups.h"
#include "downstream/login.h"
#include "route/order.h"
#include "ssh/wait.h"

namespace pysshrp::connection {
namespace {

// A login takes some ten packets of a client, one that tries 128 keys some 260, each of a few KiB at the most.
constexpr std::uint64_t kMaxPackets = 1024, kMaxBytes = 1024 * 1024;
// With a file of keys, which is 1 MiB at the most.
constexpr std::uint64_t kMaxUpstreamBytes = 4 * 1024 * 1024;

/// What upstream_order = random goes by.
std::uint64_t chance(const route::Route& route) noexcept {
  std::uint64_t bits = 0;
  if (route.upstream_order == route::UpstreamOrder::random) (void)!::getrandom(&bits, sizeof bits, 0);
  return bits;
}

/// The state of one login. Downstream and upstream never see each other: this stands between them.
class Exchange {
 public:
  Exchange(ssh::Server& downstream, const Terms& terms, log::Log& log)
      : downstream_(downstream),
        terms_(terms),
        log_(log),
        offer_(auth::offer_of(terms.config)),
        login_(downstream, terms.watch, terms.config.settings().max_auth_tries,
               [this](const UserName& user) { return find_route(user); }),
        keys_(terms.config, terms.algorithms, terms.peer, log),
        startup_(terms.startup) {}

  std::unique_ptr<LoggedIn> run();

 private:
  downstream::Login::UserMethods find_route(const UserName& user);
  void note_refusal(const route::Refusal& refusal);

  void judge(ssh::PasswordMethod attempt);
  void judge(ssh::KeyMethod attempt);
  void judge(ssh::InteractiveMethod attempt);
  void judge(ssh::InfoResponse attempt);
  void judge_password(Secret password);
  bool upstream_may_be_asked() const;
  bool grant(const auth::KeyRights& rights);
  void use_key(const ssh::PublicKey& key);

  void ask_upstream(TimePoint now);
  void settle(Success);
  void settle(Denied) { refuse(); }
  void settle(NeedsMore outcome);
  void settle(Asked outcome) { login_.ask(std::move(outcome.round)); }
  void settle(NotInteractive) { ask_for_password(); }
  void settle(const Fetched& outcome);
  void settle(const Failed& outcome);
  void settle(NothingYet) {}

  void note_host(const upstream::Upstream& upstream);
  void show_banner();
  void ask_for_password();
  void refuse();
  void accept();
  bool over();
  std::optional<std::string> client_exceeds();
  bool upstream_exceeds();
  std::uint64_t packets();
  bool sleep();

  ssh::Server& downstream_;
  const Terms& terms_;
  log::Log& log_;
  auth::Offer offer_;
  downstream::Login login_;
  KeyJudge keys_;
  StartupWatch startup_;
  std::unique_ptr<route::Route> route_;  // nothing: a stranger
  std::optional<Approach> upstream_;     // nothing: he is one
  std::optional<ssh::PublicKey>
      key_;  ///< signed, and to be looked up at the upstream, which until then tells him nothing
  std::unique_ptr<ssh::AgentLogin> agent_;  ///< accepted by its promise
  auth::KeyRights rights_;                  ///< of the keys that have counted so far
  auth::KeyRights granted_;                 ///< the same with that of this attempt, should it count
  memory::Bound memory_{memory::kLogin};
  bool lends_key_ =
      false;  ///< shown a key that his agent is to sign with: until the upstream likes it, he hears nothing of it
  bool asked_here_ = false;  ///< the question is ours, and the answer a password
  bool proven_ = false;      ///< by something the client has done before; the upstream judges what is still wanted
  bool accepted_ = false, given_up_ = false;
};

std::unique_ptr<LoggedIn> Exchange::run() {
  for (;;) {
    const std::uint64_t before = packets();
    const TimePoint now = Clock::now();
    login_.advance(now);
    if (auto attempt = login_.take_attempt()) {
      if (!std::holds_alternative<ssh::InfoResponse>(*attempt)) granted_ = rights_;
      std::visit([this](auto& what) { judge(std::move(what)); }, *attempt);
    }
    if (upstream_ && upstream_->busy()) ask_upstream(now);
    if (accepted_) {
      return std::make_unique<LoggedIn>(
          LoggedIn{std::move(route_), upstream_->take_upstream(), std::move(agent_), std::move(rights_)});
    }
    if (over()) return nullptr;
    if (packets() != before) continue;  // what a call has read, the socket tells of no more
    if (sleep()) {
      log_(log::LoginEnded{log::Broken{"asked to stop"}});
      downstream_.disconnect(told::kStopped);
      return nullptr;
    }
  }
}

downstream::Login::UserMethods Exchange::find_route(const UserName& user) {
  log_.context.user = user.text();
  auto matches = route::match_all(terms_.config, user);
  const TimePoint same_for_all_until = Clock::now();
  auto found = route::find(terms_.config, user, terms_.peer.address, std::move(matches));
  if (auto* route = std::get_if<route::Route>(&found)) {
    route_ = std::make_unique<route::Route>(std::move(*route));
    route_->upstream_host = route::in_order(*route_, user, terms_.peer.address, chance(*route_));
    upstream_.emplace(*route_, terms_.algorithms, terms_.peer);
    log_.context.server = route_->server;
    const Host& first = route_->upstream_host.front();
    log_.context.upstream = with_port(first.name, first.port.value_or(route_->upstream_port));
    log_.context.upstream_user = route_->upstream_user.text();
  } else if (const auto* refusal = std::get_if<route::Refusal>(&found)) {
    note_refusal(*refusal);
  }
  if (route_) offer_ = offer_ | auth::offer_of(*route_);  // what only a file of routes_dir says
  return {auth::methods(offer_), same_for_all_until};
}

/// The client meets the same conversation as anybody; only the record tells.
void Exchange::note_refusal(const route::Refusal& refusal) {
  log_.context.server = refusal.server;
  for (const config::Fault& fault : refusal.faults) log_(log::ConfigFaulty{fault.text()});
  log_.context.invalid_user = refusal.why == route::Refusal::Why::unknown;
  log_(log::UserRefused{refusal.what});
}

void Exchange::judge(ssh::PasswordMethod attempt) {
  log_.context.method = "password";
  lends_key_ = false;
  judge_password(std::move(attempt.password));
}

void Exchange::judge_password(Secret password) {
  if (proven_) return upstream_->begin(RelayPassword{std::move(password)});
  const auth::PasswordVerdict verdict = auth::judge_password(route_.get(), password.reveal());
  std::visit(Cases{[&](auth::Refuse) { refuse(); },
                   [&](auth::AskUpstream) { upstream_->begin(RelayPassword{std::move(password)}); },
                   [&](auth::Proven) { upstream_->begin(LogIn{std::move(password)}); }},
             verdict);
}

bool Exchange::upstream_may_be_asked() const {
  return route_ && (proven_ || auth::upstream_judges(*route_));
}

/// Whoever is not to be told that he is nobody meets the question that PAM asks.
void Exchange::judge(ssh::InteractiveMethod) {
  log_.context.method = "keyboard-interactive/pam";
  lends_key_ = false;
  asked_here_ = false;
  if (upstream_may_be_asked()) return upstream_->begin(RelayInteractive{});
  ask_for_password();
}

void Exchange::ask_for_password() {
  asked_here_ = true;
  login_.ask({"", "", {{"Password: ", false}}});
}

void Exchange::judge(ssh::InfoResponse attempt) {
  if (asked_here_) return judge_password(std::move(attempt.answers.front()));
  upstream_->begin(RelayAnswers{std::move(attempt.answers)});
}

void Exchange::judge(ssh::KeyMethod attempt) {
  log_.context.method = "publickey";
  log_.context.key = attempt.key.text();
  const bool verifiable = keys_.is_verifiable(attempt.key);
  const bool is_local = route_ && !route_->authorized_keys.empty();
  if (!attempt.is_signed) {
    // Where the upstream is to say which keys are good, nobody is told before he has proved to have the key.
    const std::string* const file = is_local ? &route_->authorized_keys : nullptr;
    return login_.answer_probe(verifiable && (offer_.keys_blindly || keys_.grants_shown(attempt.key, file)));
  }
  if (!verifiable || !route_ || !auth::proves_by_key(*route_)) return refuse();
  if (is_local) {
    const auto rights = keys_.judge_by_file(attempt.key, route_->authorized_keys);
    if (!rights || !grant(*rights)) return refuse();
  }
  use_key(attempt.key);
}

/// A key that this attempt is by takes away what it does not grant, from what keys before it have left. False where
/// the two cannot go together.
bool Exchange::grant(const auth::KeyRights& rights) {
  auto granted = auth::both(rights_, rights);
  if (!granted) log_(log::KeyNoted{std::move(granted).error().what});
  if (!granted) return false;
  granted_ = *std::move(granted);
  return true;
}

/// The client has proved to have the key.
void Exchange::use_key(const ssh::PublicKey& key) {
  lends_key_ = route_->upstream_agent;
  if (lends_key_) return upstream_->begin(OfferKey{key});
  if (!route_->authorized_keys.empty()) return upstream_->begin(LogIn{{}});
  key_ = key;
  upstream_->begin(FetchKeys{});
}

void Exchange::ask_upstream(TimePoint now) {
  Outcome outcome = upstream_->advance(now);
  if (const auto* upstream = upstream_->upstream()) note_host(*upstream);
  if (const auto verified = upstream_->take_verified()) {
    for (const std::string& host : verified->passed_over) log_(log::UpstreamPassedOver{host});
    log_.context.unverified = verified->unchecked;
    if (!verified->recorded.empty()) log_(log::HostKeyRecorded{verified->recorded, route_->upstream_known_hosts});
  }
  const bool is_no = std::holds_alternative<NothingYet>(outcome) || std::holds_alternative<Denied>(outcome);
  if (!key_ && !(lends_key_ && is_no)) show_banner();
  std::visit([this](auto& what) { settle(std::move(what)); }, outcome);
}

/// The records are about the host that is really used.
void Exchange::note_host(const upstream::Upstream& upstream) {
  log_.context.upstream = upstream.where();
  log_.context.upstream_address = upstream.address();
}

void Exchange::show_banner() {
  if (const auto banner = upstream_->take_banner(); !banner.empty()) downstream_.show_banner(banner);
}

void Exchange::settle(Success) {
  accept();
}

void Exchange::settle(NeedsMore outcome) {
  proven_ = true;
  rights_ = granted_;
  log_(log::LoginPartial{});
  login_.accept_partially(outcome.methods);
}

void Exchange::settle(const Fetched& outcome) {
  const auto rights = keys_.judge(*std::exchange(key_, {}), outcome.text);
  if (!rights || !grant(*rights)) return refuse();
  show_banner();
  accept();
}

void Exchange::settle(const Failed& outcome) {
  log_(log::UpstreamFailed{outcome.reason});
  given_up_ = true;
  downstream_.disconnect(outcome.for_client);
}

void Exchange::accept() {
  rights_ = std::move(granted_);
  login_.accept();
  accepted_ = true;
  agent_ = upstream_->take_agent_login();
  if (!agent_) log_(log::LoginAccepted{});
}

void Exchange::refuse() {
  log_(log::LoginFailed{});
  login_.refuse(!offer_.keys_blindly || log_.context.method != "publickey");
}

/// Who is not logged in yet gets little: what he may send, and what he may make us keep.
std::optional<std::string> Exchange::client_exceeds() {
  if (downstream_.breach()) return downstream_.breach();
  if (downstream_.packets() > kMaxPackets || downstream_.bytes() > kMaxBytes)
    return "too much was sent before the login";
  if (memory_.is_exceeded(downstream_.bytes(), downstream_.packets())) return memory::kExceeded;
  return {};
}

/// An upstream that has not let anybody in gets no more.
bool Exchange::upstream_exceeds() {
  const ssh::Session* const session = upstream_ ? upstream_->session() : nullptr;
  if (!session) return false;
  const bool exceeds = session->packets() > kMaxPackets || session->bytes() > kMaxUpstreamBytes;
  if (!exceeds && !session->breach()) return false;
  log_(log::UpstreamFailed{session->breach().value_or("it sends too much before the login")});
  downstream_.disconnect(told::kNoAnswer);
  return true;
}

/// Whether it is all over without a login; tells the client and the log.
bool Exchange::over() {
  if (given_up_ || upstream_exceeds()) return true;
  if (const auto breach = client_exceeds()) {
    log_(log::LoginEnded{log::Broken{*breach}});
    downstream_.disconnect(told::kBreach);
    return true;
  }
  if (const auto end = login_.ended()) {
    const bool tries = *end == downstream::Login::End::too_many_tries;
    log_(log::LoginEnded{tries ? log::Ending{log::TooManyTries{}} : log::Ending{log::Broken{login_.breach()}}});
    downstream_.disconnect(tries ? std::string{told::kTooManyTries} : login_.breach());
    return true;
  }
  if (downstream_.dead()) {
    log_(log::LoginEnded{ending_of(downstream_)});
    return true;
  }
  const TimePoint now = Clock::now();
  if (startup_.gives_way(now)) {
    log_(log::LoginEnded{past_max_startups(downstream_.fd(), terms_.startup, "MaxStartups")});
    drop(downstream_);
    return true;
  }
  if (now < terms_.until) return false;
  log_(log::LoginEnded{log::GraceTimeOver{}});
  downstream_.disconnect(told::kGraceTimeOver);
  return true;
}

std::uint64_t Exchange::packets() {
  const ssh::Session* session = upstream_ && upstream_->busy() ? upstream_->session() : nullptr;
  return downstream_.packets() + (session ? session->packets() : 0);
}

bool Exchange::sleep() {
  const TimePoint until = std::min({terms_.until, login_.deadline(), startup_.next()});
  if (!upstream_ || !upstream_->busy()) return ssh::wait({{&downstream_}}, {}, terms_.stop_fd, until);
  const TimePoint both = std::min(until, upstream_->deadline());
  if (ssh::Session* session = upstream_->session())
    return ssh::wait({{&downstream_}, {session}}, {}, terms_.stop_fd, both);
  return ssh::wait({{&downstream_}}, upstream_->waits_for(), terms_.stop_fd, both);
}

}  // namespace

std::unique_ptr<LoggedIn> log_in(ssh::Server& downstream, const Terms& terms, log::Log& log) {
  return Exchange{downstream, terms, log}.run();
}

}  // namespace pysshrp::connection
