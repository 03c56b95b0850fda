#include "monitor/process.h"

#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include "base/watchdog.h"
#include "monitor/certify.h"
#include "monitor/codec.h"
#include "monitor/key_agent.h"
#include "ssh/openssl.h"

namespace pysshrp::monitor {
namespace {

// More than the front ever needs: of a client's requests it takes far fewer.
constexpr unsigned kMaxRequests = 4096, kMaxAgentRequests = 1024;
// Of each host of the route, besides those for another try: an upstream that hangs up after some keys is dialled again.
// The kernel counts sockets that are sent and not taken against RLIMIT_NOFILE, for all processes of the user together.
constexpr unsigned kMaxRedials = 32;
// As long as the answer to a wrong password takes that the front gives, see downstream::AnswerTimes.
constexpr std::chrono::seconds kWrongPasswordTakes{5};

bool is_ready(const pollfd& polled) noexcept {
  return polled.revents != 0;
}

}  // namespace

Process::Process(Socket front, Fd agent, const config::Config& config, const ssh::Algorithms& algorithms,
                 const peer::Peer& peer, const std::string& connection_id, TimePoint until)
    : front_(std::move(front)),
      agent_(std::move(agent)),
      until_(until),
      max_tries_(config.settings().max_auth_tries),
      authenticator_(config, algorithms, peer),
      peer_(peer),
      connection_id_(connection_id) {}

Process::End Process::run() {
  while (!end_) {
    const TimePoint now = Clock::now();
    if (now >= until_) return End::time_over;
    wait(now);
    serve_dial(Clock::now());
    if (!end_ && has_agent_request_) serve_agent();
    if (!end_ && has_request_) serve_front();
  }
  return *end_;
}

void Process::wait(TimePoint now) {
  std::vector<pollfd> fds{{front_.fd(), POLLIN, 0}, {agent_.get(), POLLIN, 0}};
  TimePoint until = until_;
  if (dialling_) {
    for (const ssh::Other& other : connector_->waits_for()) fds.push_back({other.fd, other.events, 0});
    until = std::min(until, connector_->deadline());
    if (fds.size() == 2 && connector_->deadline() == kNever) until = now;  // it has not begun
  }
  watchdog::rearm(now);
  const timespec limit = time_left(now, until);
  const bool some = ::ppoll(fds.data(), fds.size(), &limit, nullptr) > 0;
  has_request_ = some && is_ready(fds[0]);
  has_agent_request_ = some && is_ready(fds[1]);
}

void Process::serve_dial(TimePoint now) {
  if (!dialling_) return;
  auto dialled = connector_->advance(now);
  if (!dialled) return;
  if (dialled->socket) {
    connected_ = dialling_->host;
    const bool tells_client = authenticator_.route()->upstream_proxy_protocol != route::ProxyProtocol::off;
    upstream_sees_ = tells_client ? peer_.address : local_address(dialled->socket.get());
  }
  const std::uint32_t number = std::exchange(dialling_, {})->number;
  answer(DialAnswer{number, std::move(dialled->address), std::move(dialled->failures), std::move(dialled->error),
                    std::move(dialled->known_key_types)},
         dialled->socket.get());
}

void Process::serve_front() {
  switch (front_.receive(Socket::Wait::no)) {
    case Socket::Received::nothing:
      return;
    case Socket::Received::end:
      end_ = End::front_ended;
      return;
    case Socket::Received::message:
      break;
  }
  auto request = decode_request(front_.bytes());
  const bool is_first = request && std::holds_alternative<UserRequest>(*request);
  const bool is_done = request && std::holds_alternative<Done>(*request);
  if (!request || ++requests_ > kMaxRequests || (!is_done && is_first != (requests_ == 1))) return end_for_breach();
  std::visit([this](const auto& what) { on(what); }, *request);
}

/// The front waits for each answer but that to a DialRequest, so there is room.
void Process::answer(Answer answer, int descriptor) {
  ByteWriter message = encode(answer);
  if (message.size() > kMaxMessage && std::holds_alternative<UserAnswer>(answer)) {
    UserAnswer refusal;
    refusal.methods = std::move(std::get<UserAnswer>(answer).methods);
    refusal.server = std::move(std::get<UserAnswer>(answer).server);
    refusal.refused = "the values of its keys are too long";
    message = encode(Answer{std::move(refusal)});
  }
  if (front_.send(std::move(message), descriptor)) return;
  end_ = errno == EPIPE || errno == ECONNRESET ? End::front_ended : End::front_broke;
}

void Process::on(const UserRequest& request) {
  user_ = request.user;
  answer(authenticator_.answer(request));
  if (authenticator_.route()) connector_.emplace(*authenticator_.route());
}

/// The question behind a wrong one is answered no sooner than the front itself would answer a client.
void Process::on(const PasswordRequest& request) {
  if (++passwords_ > max_tries_) return end_for_breach();
  const timespec pause = time_left(Clock::now(), next_password_);
  ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
  const TimePoint asked = Clock::now();
  auto checked = authenticator_.answer(request);
  if (checked.check == auth::PasswordCheck::wrong) next_password_ = asked + kWrongPasswordTakes;
  answer(std::move(checked));
}

void Process::on(const KeyQuery& query) {
  answer(authenticator_.answer(query));
}

void Process::on(const KeyRequest& request) {
  answer(authenticator_.answer(request));
}

void Process::on(const DialRequest& request) {
  const std::size_t hosts = connector_ ? authenticator_.route()->upstream_host.size() : 0;
  if (request.host >= hosts || ++dials_ > max_dials()) return end_for_breach();
  connector_->dial(request.host);
  dialling_ = request;
  connected_.reset();
}

/// Each connection may be logged in on once with a key of the proxy's.
std::size_t Process::max_dials() const noexcept {
  return authenticator_.route()->upstream_host.size() * (max_tries_ + kMaxRedials);
}

void Process::on(const HostKeyRequest& request) {
  if (!connected_) return end_for_breach();
  auto verified = connector_->verify(*connected_, request.key);
  if (verified)
    answer(HostKeyAnswer{{}, *std::move(verified)});
  else
    answer(HostKeyAnswer{std::move(verified).error().what, {}});
}

void Process::on(const LoadKeyRequest&) {
  const route::Route* const route = authenticator_.route();
  if (!authenticator_.may_sign() || !route->has_upstream_key() || ++loads_ > max_dials()) return end_for_breach();
  ssh::prepare_openssl();
  key_.reset();
  auto key = upstream_key(*route);
  std::string error;
  if (key)
    key_ = *std::move(key);
  else
    error = std::move(key).error().what;
  answer(LoadKeyAnswer{std::move(error)});
}

/// The one in its file, or one that is made for this login.
Result<ssh::SigningKey> Process::upstream_key(const route::Route& route) const {
  if (!route.upstream_ca_key.empty())
    return certify(route, {user_, peer_.address ? peer_.address->text() : "unix", connection_id_,
                           authenticator_.rights(), upstream_sees_});
  auto key = ssh::SigningKey::load(route.upstream_key);
  if (!key) return Error{"upstream_key: " + key.error().what};
  if (!route.upstream_certificate.empty())
    if (const auto shown = key->show_with(route.upstream_certificate); !shown)
      return Error{"upstream_certificate: " + shown.error().what};
  return key;
}

void Process::serve_agent() {
  std::array<char, 4096> bytes;
  const ssize_t size = ::recv(agent_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {  // the front is ending
    agent_ = Fd{};
    return;
  }
  asked_agent_.append(bytes.data(), static_cast<std::size_t>(size));
  const auto whole = agent_message_size(asked_agent_);
  if (!whole) return;
  if (*whole > kMaxAgentMessage || ++agent_requests_ > kMaxAgentRequests) return end_for_breach();
  if (asked_agent_.size() < *whole) return;
  const std::string said = agent_answer(std::string_view{asked_agent_}.substr(0, *whole), key_ ? &*key_ : nullptr,
                                        authenticator_.route() ? authenticator_.route()->upstream_user : UserName{""});
  asked_agent_.erase(0, *whole);
  if (::send(agent_.get(), said.data(), said.size(), MSG_NOSIGNAL | MSG_DONTWAIT) != static_cast<ssize_t>(said.size()))
    end_for_breach();
}

}  // namespace pysshrp::monitor
