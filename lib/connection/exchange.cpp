#include "connection/exchange.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "auth/policy.h"
#include "base/result.h"
#include "connection/ending.h"
#include "downstream/login.h"
#include "ssh/wait.h"

namespace pysshrp::connection {
namespace {

using ssh::Progress;

/// The state of one login. Downstream and upstream never see each other: this stands between them.
class Exchange {
 public:
  Exchange(ssh::Server& downstream, const Terms& terms, log::Log& log)
      : downstream_(downstream),
        terms_(terms),
        log_(log),
        login_(downstream, terms.config.settings().max_auth_tries,
               [this](const UserName& user) { return find_route(user); }) {}

  std::unique_ptr<LoggedIn> run();

 private:
  std::span<const std::string_view> find_route(const UserName& user);
  void note_refusal(const route::Refusal& refusal);
  void judge(const Secret& password);
  void refuse();
  void ask_upstream(TimePoint now);
  void settle(Progress verdict);
  void give_up(const std::string& text_for_client);
  bool over();
  bool sleep();

  ssh::Server& downstream_;
  const Terms& terms_;
  log::Log& log_;
  downstream::Login login_;
  std::unique_ptr<route::Route> route_;  // nothing: a stranger
  std::unique_ptr<upstream::Upstream> upstream_;
  std::optional<auth::PasswordVerdict> verdict_;  ///< what to tell the upstream, while it is being told
  bool accepted_ = false, given_up_ = false, reached_ = false;
  bool kept_ = false;  ///< the upstream has judged an attempt before this one
};

std::unique_ptr<LoggedIn> Exchange::run() {
  for (;;) {
    const TimePoint now = Clock::now();
    login_.advance(now);
    if (const Secret* password = login_.password(); password && !verdict_) judge(*password);
    if (verdict_) ask_upstream(now);
    if (accepted_) return std::make_unique<LoggedIn>(LoggedIn{std::move(route_), std::move(upstream_)});
    if (over()) return nullptr;
    if (sleep()) {
      log_(log::LoginEnded{log::Broken{"asked to stop"}});
      downstream_.disconnect("This proxy has been asked to end the connection.");
      return nullptr;
    }
  }
}

std::span<const std::string_view> Exchange::find_route(const UserName& user) {
  log_.context.user = user.text();
  auto found = route::find(terms_.config, user, terms_.peer.address);
  if (auto* route = std::get_if<route::Route>(&found)) {
    route_ = std::make_unique<route::Route>(std::move(*route));
    log_.context.server = route_->server;
    log_.context.upstream = route_->upstream_host.text() + ':' + std::to_string(route_->upstream_port);
    log_.context.upstream_user = route_->upstream_user.text();
  } else if (const auto* refusal = std::get_if<route::Refusal>(&found)) {
    note_refusal(*refusal);
  }
  return auth::methods(route_.get());
}

/// The client meets the same conversation as anybody; only the record tells.
void Exchange::note_refusal(const route::Refusal& refusal) {
  log_.context.server = refusal.server;
  for (const config::Fault& fault : refusal.faults) log_(log::ConfigFaulty{fault.text()});
  log_.context.invalid_user = refusal.why == route::Refusal::Why::unknown;
  log_(log::UserRefused{refusal.what});
}

void Exchange::judge(const Secret& password) {
  log_.context.method = "password";
  auth::PasswordVerdict verdict = auth::judge_password(route_.get(), password.reveal());
  if (std::holds_alternative<auth::Refuse>(verdict))
    refuse();
  else
    verdict_ = std::move(verdict);
  // An upstream that was kept may have lost its patience meanwhile; it has not judged this password.
  if (upstream_) upstream_->session().service();
  if (upstream_ && upstream_->dead()) upstream_.reset();
}

void Exchange::refuse() {
  log_(log::LoginFailed{});
  verdict_.reset();
  login_.refuse();
}

void Exchange::ask_upstream(TimePoint now) {
  if (!upstream_) {
    upstream_ = std::make_unique<upstream::Upstream>(*route_, terms_.algorithms);
    reached_ = kept_ = false;
  }
  const Progress reached = upstream_->reach(now);
  if (reached == Progress::again) return;
  if (reached == Progress::failed) {
    log_(log::UpstreamFailed{upstream_->error()});
    return give_up(upstream_->error_for_client());
  }
  if (!std::exchange(reached_, true)) {
    const upstream::Verified& verified = upstream_->verified();
    log_.context.unverified = verified.unchecked;
    if (!verified.recorded.empty()) log_(log::HostKeyRecorded{verified.recorded, route_->upstream_known_hosts});
  }
  const auto* theirs = std::get_if<auth::AskUpstream>(&*verdict_);
  const Secret& password = theirs ? theirs->password : std::get_if<auth::LogIn>(&*verdict_)->password;
  settle(upstream_->try_password(password));
}

void Exchange::settle(Progress verdict) {
  if (verdict == Progress::again) return;
  const bool upstream_judges = std::holds_alternative<auth::AskUpstream>(*verdict_);
  if (verdict == Progress::done) {
    login_.accept();
    accepted_ = true;
    log_(log::LoginAccepted{});
  } else if (upstream_judges && (!upstream_->dead() || upstream_->session().last_words())) {
    // Also when it says no by hanging up, as sshd does after too many of them: the next attempt gets a new connection.
    if (upstream_->dead()) upstream_.reset();
    kept_ = upstream_ != nullptr;
    refuse();
  } else if (upstream_judges && kept_) {
    upstream_.reset();  // it went while the client was thinking, and has not judged this password
    ask_upstream(Clock::now());
  } else {
    log_(log::UpstreamFailed{upstream_->error()});
    give_up(upstream_->error_for_client());
  }
}

void Exchange::give_up(const std::string& text_for_client) {
  given_up_ = true;
  verdict_.reset();
  downstream_.disconnect(text_for_client);
}

/// Whether it is all over without a login; tells the client and the log.
bool Exchange::over() {
  if (given_up_) return true;
  if (const auto end = login_.ended()) {
    const bool tries = *end == downstream::Login::End::too_many_tries;
    log_(log::LoginEnded{tries ? log::Ending{log::TooManyTries{}} : log::Ending{log::Broken{login_.breach()}}});
    downstream_.disconnect(tries ? "Too many authentication failures" : login_.breach());
    return true;
  }
  if (downstream_.dead()) {
    log_(log::LoginEnded{ending_of(downstream_)});
    return true;
  }
  if (Clock::now() < terms_.until) return false;
  log_(log::LoginEnded{log::GraceTimeOver{}});
  downstream_.disconnect("login_grace_time is over.");
  return true;
}

bool Exchange::sleep() {
  TimePoint until = std::min(terms_.until, login_.deadline());
  if (!upstream_ || !verdict_) return ssh::wait({{&downstream_}}, {}, terms_.stop_fd, until);
  until = std::min(until, upstream_->deadline());
  if (!upstream_->joined()) return ssh::wait({{&downstream_}}, upstream_->waits_for(), terms_.stop_fd, until);
  return ssh::wait({{&downstream_}, {&upstream_->session()}}, {}, terms_.stop_fd, until);
}

}  // namespace

std::unique_ptr<LoggedIn> log_in(ssh::Server& downstream, const Terms& terms, log::Log& log) {
  return Exchange{downstream, terms, log}.run();
}

}  // namespace pysshrp::connection
