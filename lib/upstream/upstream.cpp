#include "upstream/upstream.h"

#include <poll.h>

#include "base/told.h"

namespace pysshrp::upstream {

using ssh::Progress;
using ssh::Verdict;

namespace {
// How libssh words that it got SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252, section 8), which it does not know.
constexpr const char* kChangeRequest = "rejected packet (type 60)";
}  // namespace

Upstream::Upstream(const route::Route& route, const ssh::Algorithms& algorithms)
    : route_(route),
      algorithms_(algorithms),
      dial_({route.upstream_host, route.upstream_port, route.upstream_bind, route.connect_timeout}) {}

Progress Upstream::reach(TimePoint now) {
  while (step_ != Step::ready) {
    Progress progress = Progress::failed;
    switch (step_) {
      case Step::dial:
        progress = dial(now);
        break;
      case Step::exchange_keys:
        progress = exchange_keys(now);
        break;
      case Step::verify:
        progress = verify_host_key();
        break;
      case Step::ask_methods:
        progress = ask_methods(now);
        break;
      case Step::ready:
        break;
    }
    if (progress != Progress::done) return progress;
    step_ = static_cast<Step>(static_cast<int>(step_) + 1);
  }
  return Progress::done;
}

ssh::Other Upstream::waits_for() const {
  switch (step_) {
    case Step::dial:
      return dial_.waits_for();
    case Step::exchange_keys:
      return {socket_.get(), static_cast<short>(session_.write_pending() ? POLLIN | POLLOUT : POLLIN)};
    default:
      return {};
  }
}

Progress Upstream::dial(TimePoint now) {
  const Progress progress = dial_.advance(now);
  deadline_ = dial_.deadline();
  if (progress == Progress::failed) error_ = dial_.error();
  if (progress != Progress::done) return progress;
  socket_ = dial_.take();
  deadline_ = now + route_.connect_timeout;
  const auto started = session_.start(socket_.get(), route_.upstream_host, route_.upstream_port,
                                      route_.upstream_known_hosts, algorithms_);
  if (started) return Progress::done;
  error_ = started.error().what;
  return Progress::failed;
}

Progress Upstream::exchange_keys(TimePoint now) {
  const Progress progress = in_time(session_.exchange_keys(), now, "no key exchange");
  if (progress == Progress::failed && now < deadline_) {
    error_ = "key exchange failed: " + error_;
    // Where both sides find that out and hang up, libssh may know only of the hang-up.
    if (error_.find("no match") == error_.npos) error_ += " (no SSH server, or no algorithm in common?)";
  }
  return progress;
}

Progress Upstream::verify_host_key() {
  auto verified = verify(session_, route_);
  if (!verified) {
    error_ = verified.error().what;
    return Progress::failed;
  }
  verified_ = *std::move(verified);
  return Progress::done;
}

Progress Upstream::ask_methods(TimePoint now) {
  const Verdict verdict = session_.auth_none(route_.upstream_user);
  if (verdict == Verdict::again) return in_time(Progress::again, now, "no list of authentication methods");
  if (verdict == Verdict::broken) return in_time(Progress::failed, now, "");
  needs_no_proof_ = verdict == Verdict::success;
  deadline_ = kNever;
  return Progress::done;  // whether it wants a proof, as expected, or not
}

Progress Upstream::in_time(Progress progress, TimePoint now, const char* what) {
  if (progress == Progress::failed) error_ = session_.obituary();
  if (progress != Progress::again || now < deadline_) return progress;
  error_ = std::string{what} + " in " + std::to_string(route_.connect_timeout.count()) + " s";
  return Progress::failed;
}

Verdict Upstream::try_password(const Secret& password) {
  return explained(session_.auth_password(route_.upstream_user, password), "the password");
}

Verdict Upstream::try_key(const ssh::PrivateKey& key) {
  if (needs_no_proof_) return Verdict::success;
  return explained(session_.auth_key(route_.upstream_user, key), "upstream_key");
}

Verdict Upstream::try_interactive() {
  return explained(session_.auth_interactive(route_.upstream_user), "the answers");
}

Verdict Upstream::explained(Verdict verdict, const char* what) {
  if (verdict == Verdict::denied)
    error_ = "it does not accept " + std::string{what} + " (methods that can continue: " + session_.methods() + ")";
  if (verdict != Verdict::broken) return verdict;
  error_ = session_.obituary();
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
  return session_.dead() ? told::kClosed : told::kNotAccepted;
}

}  // namespace pysshrp::upstream
