#include "upstream/upstream.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "base/client_messages.h"
#include "upstream/algorithms.h"
#include "upstream/known_hosts.h"
#include "upstream/write_proxy_header.h"

namespace pysshrp::upstream {

using ssh::Progress;

Upstream::Upstream(const route::Route& route, const ssh::Algorithms& algorithms, const Endpoint& client,
                   Connector& connector)
    : route_(route), algorithms_(algorithms), client_(client), connector_(connector) {
  start_over();
}

/// With the host of now.
void Upstream::start_over() {
  step_ = Step::dial;
  dialled_ = Dialled{};
  connector_.dial(host_);
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
    case Step::ready:
      break;
  }
  return Progress::done;
}

/// Turns to the next host, if there is one and this one has failed early enough; else error_ is that of all hosts.
bool Upstream::pass_over() {
  if (step_ == Step::verify || host_ + 1 == route_.upstream_host.size()) {
    error_ = with_all_hosts(error_);
    return false;
  }
  passed_over_.push_back(with_host(error_));
  error_.clear();
  ++host_;
  start_over();
  return true;
}

std::string Upstream::with_host(const std::string& error) const {
  const std::string named = host().name.text() + ": ";
  if (route_.upstream_host.size() == 1) return error;
  return where() + ": " + (error.starts_with(named) ? error.substr(named.size()) : error);
}

std::string Upstream::with_all_hosts(const std::string& error) const {
  std::string all;
  for (const std::string& each : passed_over_) all += each + "; ";
  return all + with_host(error);
}

std::vector<ssh::Other> Upstream::waits_for() const {
  switch (step_) {
    case Step::dial:
      return connector_.waits_for();
    case Step::exchange_keys:
      return {{socket_.get(), static_cast<short>(session_->write_pending() ? POLLIN | POLLOUT : POLLIN)}};
    default:
      return {};
  }
}

Progress Upstream::dial(TimePoint now) {
  auto dialled = connector_.advance(now);
  deadline_ = connector_.deadline();
  if (!dialled) return Progress::again;
  dialled_ = *std::move(dialled);
  error_ = dialled_.error;
  if (!dialled_.socket) return Progress::failed;
  socket_ = std::move(dialled_.socket);
  for (const auto& [silent, why] : dialled_.failures) passed_over_.push_back(where() + ": " + silent + ": " + why);
  deadline_ = now + route_.connect_timeout;
  ssh::Algorithms algorithms = algorithms_of(route_, algorithms_);
  algorithms.host_keys = prefer_known(algorithms.host_keys, dialled_.known_key_types);
  auto started = send_proxy_header();
  if (started) started = session_->start(socket_.get(), host().name, port(), algorithms);
  if (started) return Progress::done;
  error_ = started.error().what;
  return Progress::failed;
}

/// Before the first byte of SSH. A connection that is new has room for it.
Status Upstream::send_proxy_header() {
  const std::string header =
      write_proxy_header(route_.upstream_proxy_protocol, client_, {Address::parse(address()), port()});
  if (header.empty()) return {};
  ssh::prepare_socket(socket_.get());  // else what follows would wait for its ACK
  if (::send(socket_.get(), header.data(), header.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(header.size()))
    return {};
  return Error{"cannot be told who the client is: " + std::string{::strerror(errno)}};
}

Progress Upstream::exchange_keys(TimePoint now) {
  const Progress progress = session_->exchange_keys();
  if (progress == Progress::failed) error_ = explain_key_exchange(session_->disconnect_reason(), route_);
  if (progress != Progress::again || now < deadline_) return progress;
  error_ = "no key exchange in " + std::to_string(route_.connect_timeout.count()) + " s";
  return Progress::failed;
}

Progress Upstream::verify_host_key() {
  const auto shown = session_->server_key();
  auto verified = shown ? connector_.verify(host_, *shown) : Result<auth::VerifiedHost>{shown.error()};
  if (!verified) {
    error_ = verified.error().what;
    return Progress::failed;
  }
  verified_ = *std::move(verified);
  verified_.passed_over = passed_over_;
  deadline_ = kNever;  // it may wait for the user to do something elsewhere, as its banners tell him
  return Progress::done;
}

const char* Upstream::error_for_client() const noexcept {
  switch (step_) {
    case Step::dial:
      return client_messages::kNotReached;
    case Step::exchange_keys:
      return client_messages::kNoAnswer;
    case Step::verify:
      return client_messages::kNotVerified;
    case Step::ready:
      break;
  }
  return client_messages::kNotAccepted;
}

}  // namespace pysshrp::upstream
