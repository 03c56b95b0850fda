#include "monitor/client.h"

#include <fcntl.h>
#include <poll.h>

#include <utility>
#include <variant>

#include "auth/key_blob.h"
#include "base/base64.h"
#include "monitor/codec.h"

namespace pysshrp::monitor {
namespace {

constexpr const char* kEnded = "the monitor has ended";

}  // namespace

Client::Client(Socket monitor, Fd agent, const ssh::Algorithms& algorithms, const peer::Peer& peer, Note note)
    : monitor_(std::move(monitor)), agent_(std::move(agent)), note_(note), keys_(algorithms, peer, std::move(note)) {}

Client::~Client() {
  if (!has_ended_) send(Done{});
}

UserAnswer Client::look_up(const UserName& user) {
  auto answer = ask<UserAnswer>(UserRequest{user.text()});
  if (!answer) return {};
  user_ = *answer;
  if (!user_.has_route) return *std::move(answer);
  auto route = route::read(user_.route, user);
  if (route) {
    route_ = std::make_unique<route::Route>(*std::move(route));
    route_->server = user_.server;
  } else {
    end();
  }
  return *std::move(answer);
}

void Client::service() {
  while (!has_ended_) {
    auto answer = receive(Socket::Wait::no);
    if (!answer) return;
    if (auto* const dialled = std::get_if<DialAnswer>(&*answer))
      take(std::move(*dialled), monitor_.take_descriptor());
    else
      end();  // nobody has asked
  }
}

auth::PasswordCheck Client::check_password(const Secret& typed) {
  if (user_.upstream_decides) return auth::PasswordCheck::upstream_decides;
  auto answer = ask<PasswordAnswer>(PasswordRequest{typed.copy()});
  if (!answer) return auth::PasswordCheck::wrong;
  keep(std::move(answer->upstream_password));
  return answer->check;
}

bool Client::knows_key(const PublicKey& key) {
  const auto answer = ask<KeyQueryAnswer>(KeyQuery{key});
  if (!answer) return false;
  for (const std::string& note : answer->notes) note_(note);
  return answer->granted;
}

std::optional<auth::KeyRights> Client::rights_of(const PublicKey& key) {
  auto answer = ask<KeyAnswer>(KeyRequest{key});
  if (!answer) return {};
  for (const std::string& note : answer->notes) note_(note);
  keep(std::move(answer->upstream_password));
  return std::move(answer->rights);
}

/// The upstream's text is read by the process that has no secrets.
std::optional<auth::KeyRights> Client::rights_in(const std::string& authorized_keys, const PublicKey& key) {
  return route_ ? keys_.look_up(key, authorized_keys, route_->upstream_user) : std::nullopt;
}

void Client::dial(std::size_t host) {
  dialled_.reset();
  send(DialRequest{++dial_, static_cast<std::uint32_t>(host)});
}

std::optional<upstream::Dialled> Client::advance(TimePoint) {
  service();
  if (!dialled_ && has_ended_) dialled_.emplace().error = kEnded;
  return std::exchange(dialled_, {});
}

std::vector<ssh::Other> Client::waits_for() const {
  return {{fd(), POLLIN}};
}

Result<auth::VerifiedHost> Client::verify(std::size_t, const PublicKey& key) {
  const auto blob = decode_base64(key.base64);
  if (!blob || !auth::key_of_blob(*blob)) return Error{"its " + key.type + " key is of no type that is known"};
  auto answer = ask<HostKeyAnswer>(HostKeyRequest{key});
  if (!answer) return Error{kEnded};
  if (!answer->error.empty()) return Error{std::move(answer->error)};
  return std::move(answer->host);
}

Status Client::load_key() {
  auto answer = ask<LoadKeyAnswer>(LoadKeyRequest{});
  if (!answer) return Error{kEnded};
  if (!answer->error.empty()) return Error{std::move(answer->error)};
  return {};
}

/// libssh closes what it has got.
Fd Client::connect() {
  return Fd{::fcntl(agent_.get(), F_DUPFD_CLOEXEC, 0)};
}

/// Nothing: the monitor has ended, or the request is too long to be sent.
template <class Wanted>
std::optional<Wanted> Client::ask(const Request& request) {
  if (!send(request)) return {};
  while (auto answer = receive(Socket::Wait::yes)) {
    if (auto* const wanted = std::get_if<Wanted>(&*answer)) return std::move(*wanted);
    if (auto* const dialled = std::get_if<DialAnswer>(&*answer))
      take(std::move(*dialled), monitor_.take_descriptor());
    else
      break;
  }
  end();
  return {};
}

std::optional<Answer> Client::receive(Socket::Wait wait) {
  const auto received = monitor_.receive(wait);
  if (received == Socket::Received::nothing) return {};
  auto answer = received == Socket::Received::message ? decode_answer(monitor_.bytes()) : std::nullopt;
  if (!answer) end();
  return answer;
}

bool Client::send(const Request& request) {
  if (has_ended_) return false;
  ByteWriter message = encode(request);
  if (message.size() > kMaxMessage) {
    message.wipe();
    return false;
  }
  if (monitor_.send(std::move(message))) return true;
  end();
  return false;
}

void Client::take(DialAnswer answer, Fd socket) {
  if (answer.number != dial_) return;  // of one that was given up
  dialled_ = upstream::Dialled{std::move(socket), std::move(answer.address), std::move(answer.failures),
                               std::move(answer.error), std::move(answer.known_key_types)};
}

void Client::keep(std::optional<Secret> upstream_password) {
  if (upstream_password && route_) route_->upstream_password = std::move(upstream_password);
}

}  // namespace pysshrp::monitor
