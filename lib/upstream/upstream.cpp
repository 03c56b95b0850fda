#include "upstream/upstream.h"

#include <poll.h>

namespace pysshrp::upstream {

using ssh::Progress;

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
  const Progress progress = session_.auth_none(route_.upstream_user);
  needs_no_proof_ = progress == Progress::done;
  if (progress == Progress::done || (progress == Progress::failed && !session_.dead())) {
    deadline_ = kNever;
    return Progress::done;  // whether it wants a proof, as expected, or not
  }
  return in_time(progress, now, "no list of authentication methods");
}

Progress Upstream::in_time(Progress progress, TimePoint now, const char* what) {
  if (progress == Progress::failed) error_ = session_.obituary();
  if (progress != Progress::again || now < deadline_) return progress;
  error_ = std::string{what} + " in " + std::to_string(route_.connect_timeout.count()) + " s";
  return Progress::failed;
}

Progress Upstream::try_password(const Secret& password) {
  if (needs_no_proof_) return Progress::done;
  const Progress progress = session_.auth_password(route_.upstream_user, password);
  if (progress == Progress::failed) {
    error_ = session_.dead()
                 ? session_.obituary()
                 : "it does not accept the password (methods that can continue: " + session_.methods() + ")";
  }
  return progress;
}

const char* Upstream::error_for_client() const noexcept {
  switch (step_) {
    case Step::dial:
      return "The server behind this proxy cannot be reached.";
    case Step::verify:
      return "The server behind this proxy could not be verified.";
    case Step::exchange_keys:
    case Step::ask_methods:
      return "The server behind this proxy does not answer as it should.";
    case Step::ready:
      break;
  }
  return session_.dead() ? "The server behind this proxy closed the connection."
                         : "The server behind this proxy does not accept the login.";
}

}  // namespace pysshrp::upstream
