#include "upstream/upstream.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "base/told.h"
#include "upstream/algorithms.h"
#include "upstream/announce.h"
#include "upstream/known_hosts.h"

namespace pysshrp::upstream {

using ssh::Progress;
using ssh::Verdict;

namespace {
// How libssh words that it got SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252, section 8), which it does not know.
constexpr const char* kChangeRequest = "rejected packet (type 60)";
}  // namespace

Upstream::Upstream(const route::Route& route, const ssh::Algorithms& algorithms, const Endpoint& client, Traces traces)
    : route_(route), algorithms_(algorithms), client_(client), traces_(traces) {
  start_over();
}

/// With the host of now.
void Upstream::start_over() {
  step_ = Step::dial;
  dial_.emplace(Destination{host().name, port(), route_.upstream_bind, route_.connect_timeout});
  session_.emplace();
  socket_ = Fd{};
}

Progress Upstream::reach(TimePoint now) {
  while (step_ != Step::ready) {
    const Progress progress = take_step(now);
    if (progress == Progress::failed && pass_over()) continue;
    if (progress != Progress::done) return progress;
    step_ = static_cast<Step>(static_cast<int>(step_) + 1);
  }
  return Progress::done;
}

Progress Upstream::take_step(TimePoint now) {
  switch (step_) {
    case Step::dial:
      return dial(now);
    case Step::exchange_keys:
      return exchange_keys(now);
    case Step::verify:
      return verify_host_key();
    case Step::ask_methods:
      return ask_methods(now);
    case Step::ready:
      break;
  }
  return Progress::done;
}

/// Turns to the next host, if there is one and this one has failed early enough; else error_ is that of all hosts.
bool Upstream::pass_over() {
  const std::string named = host().name.text() + ": ";
  if (route_.upstream_host.size() > 1)
    error_ = where() + ": " + (error_.starts_with(named) ? error_.substr(named.size()) : error_);
  if (step_ <= Step::exchange_keys && host_ + 1 < route_.upstream_host.size()) {
    passed_over_.push_back(std::move(error_));
    error_.clear();
    ++host_;
    start_over();
    return true;
  }
  std::string all;
  for (const std::string& each : passed_over_) all += each + "; ";
  error_ = all + error_;
  return false;
}

ssh::Other Upstream::waits_for() const {
  switch (step_) {
    case Step::dial:
      return dial_->waits_for();
    case Step::exchange_keys:
      return {socket_.get(), static_cast<short>(session_->write_pending() ? POLLIN | POLLOUT : POLLIN)};
    default:
      return {};
  }
}

Progress Upstream::dial(TimePoint now) {
  const Progress progress = dial_->advance(now);
  deadline_ = dial_->deadline();
  if (progress == Progress::failed) error_ = dial_->error();
  if (progress != Progress::done) return progress;
  socket_ = dial_->take();
  deadline_ = now + route_.connect_timeout;
  ssh::Algorithms algorithms = algorithms_of(route_, algorithms_);
  // What keeps the file from being read is told when the key is judged.
  if (const auto known = KnownHosts::read(route_.upstream_known_hosts))
    algorithms.host_keys = prefer_known(algorithms.host_keys, known->find(host().name, port()).keys);
  auto started = announce();
  if (started) started = session_->start(socket_.get(), host().name, port(), algorithms);
  if (started) return Progress::done;
  error_ = started.error().what;
  return Progress::failed;
}

/// Before the first byte of SSH. A connection that is new has room for it.
Status Upstream::announce() {
  const std::string header = announcement(route_.upstream_proxy_protocol, client_, {Address::parse(address()), port()});
  if (header.empty()) return {};
  ssh::prepare_socket(socket_.get());  // else what follows would wait for its ACK
  if (::send(socket_.get(), header.data(), header.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(header.size()))
    return {};
  return Error{"cannot be told who the client is: " + std::string{::strerror(errno)}};
}

Progress Upstream::exchange_keys(TimePoint now) {
  const Progress progress = in_time(session_->exchange_keys(), now, "no key exchange");
  if (progress == Progress::failed && now < deadline_) error_ = explain_key_exchange(error_, route_);
  return progress;
}

Progress Upstream::verify_host_key() {
  auto verified = verify(*session_, route_, host().name, port(), traces_);
  if (!verified) {
    error_ = verified.error().what;
    return Progress::failed;
  }
  verified_ = *std::move(verified);
  verified_.passed_over = passed_over_;
  return Progress::done;
}

Progress Upstream::ask_methods(TimePoint now) {
  const Verdict verdict = session_->auth_none(route_.upstream_user);
  if (verdict == Verdict::again) return in_time(Progress::again, now, "no list of authentication methods");
  if (verdict == Verdict::broken) return in_time(Progress::failed, now, "");
  needs_no_proof_ = verdict == Verdict::success;
  deadline_ = kNever;
  return Progress::done;  // whether it wants a proof, as expected, or not
}

Progress Upstream::in_time(Progress progress, TimePoint now, const char* what) {
  if (progress == Progress::failed) error_ = session_->obituary();
  if (progress != Progress::again || now < deadline_) return progress;
  error_ = std::string{what} + " in " + std::to_string(route_.connect_timeout.count()) + " s";
  return Progress::failed;
}

Verdict Upstream::try_password(const Secret& password) {
  return explained(session_->auth_password(route_.upstream_user, password), "the password");
}

Verdict Upstream::try_key(const ssh::PrivateKey& key) {
  if (needs_no_proof_) return Verdict::success;
  return explained(session_->auth_key(route_.upstream_user, key), "upstream_key");
}

Verdict Upstream::try_interactive() {
  return explained(session_->auth_interactive(route_.upstream_user), "the answers");
}

Verdict Upstream::explained(Verdict verdict, const char* what) {
  if (verdict == Verdict::denied) {
    error_ = explain_unused_key(session_->error(), what, route_);
    if (error_.empty())
      error_ = "it does not accept " + std::string{what} + " (methods that can continue: " + session_->methods() + ")";
  }
  if (verdict != Verdict::broken) return verdict;
  error_ = session_->obituary();
  password_expired_ = error_.find(kChangeRequest) != error_.npos;
  if (password_expired_) error_ = "it wants the password changed, which can be done by keyboard-interactive only";
  return verdict;
}

const char* Upstream::error_for_client() const noexcept {
  switch (step_) {
    case Step::dial:
      return told::kNotReached;
    case Step::verify:
      return told::kNotVerified;
    case Step::exchange_keys:
    case Step::ask_methods:
      return told::kNoAnswer;
    case Step::ready:
      break;
  }
  if (password_expired_) return told::kPasswordExpired;
  return session_->dead() ? told::kClosed : told::kNotAccepted;
}

}  // namespace pysshrp::upstream
