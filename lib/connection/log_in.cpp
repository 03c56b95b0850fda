#include "connection/log_in.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/client_messages.h"
#include "connection/auth_relay.h"
#include "connection/disconnect_reason.h"
#include "connection/startups.h"
#include "connection/upstream_auth.h"
#include "downstream/user_auth.h"
#include "ssh/wait.h"

namespace pysshrp::connection {
namespace {

// A login takes some ten packets of a client, one that tries 128 keys some 260, each of a few KiB at the most.
constexpr std::uint64_t kMaxPackets = 1024, kMaxBytes = 1024 * 1024;
// With a file of keys, which is 1 MiB at the most.
constexpr std::uint64_t kMaxUpstreamBytes = 4 * 1024 * 1024;

/// Runs the login: waits for both sides, and bounds what they may cost.
class Login {
 public:
  Login(ssh::Server& downstream, const AuthParams& params, log::Log& log)
      : downstream_(downstream),
        params_(params),
        log_(log),
        monitor_(params.monitor),
        client_(downstream, params.watch, params.settings.max_auth_tries,
                [this](const UserName& user) { return look_up(user); }),
        relay_(client_, monitor_, log),
        startup_(params.startup) {}

  std::unique_ptr<LoggedIn> run();

 private:
  downstream::UserAuth::UserMethods look_up(const UserName& user);
  void note_refusal(const monitor::UserAnswer& answer);
  std::unique_ptr<LoggedIn> take();
  upstream::UserAuth* upstream() noexcept;
  ssh::Session* upstream_session() noexcept;
  bool over();
  std::optional<std::string> client_exceeds();
  bool upstream_exceeds();
  std::uint64_t packets();
  bool sleep();

  ssh::Server& downstream_;
  const AuthParams& params_;
  log::Log& log_;
  monitor::Client& monitor_;
  downstream::UserAuth client_;
  AuthRelay relay_;
  StartupWatch startup_;
  std::optional<UpstreamAuth> upstream_;  // nothing: the user is routed nowhere
};

std::unique_ptr<LoggedIn> Login::run() {
  for (;;) {
    const std::uint64_t before = packets();
    const TimePoint now = Clock::now();
    client_.advance(now);
    relay_.advance(now);
    if (relay_.state() == AuthRelay::State::accepted) return take();
    if (over()) return nullptr;
    if (packets() != before) continue;  // what a call has read, the socket tells of no more
    const bool is_to_end = sleep();
    monitor_.service();
    if (is_to_end) {
      log_(log::LoginEnded{log::Broken{"asked to stop"}});
      downstream_.disconnect(client_messages::kStopped);
      return nullptr;
    }
  }
}

downstream::UserAuth::UserMethods Login::look_up(const UserName& user) {
  log_.context.user = user.text();
  auto answer = monitor_.look_up(user);
  log_.context.server = answer.server;
  if (const route::Route* const route = monitor_.route()) {
    const Host& first = route->upstream_host.front();
    log_.context.upstream = with_port(first.name, first.port.value_or(route->upstream_port));
    log_.context.upstream_user = route->upstream_user.text();
    upstream_.emplace(*route, [&, route] {
      return std::make_unique<upstream::UserAuth>(*route, params_.algorithms, params_.peer, monitor_, &monitor_);
    });
    relay_.set_upstream(*upstream_, *route);
  } else if (!monitor_.has_ended()) {
    note_refusal(answer);
  }
  return {std::move(answer.methods), TimePoint{std::chrono::nanoseconds{answer.same_for_all_until}}};
}

/// The client meets the same conversation as anybody; only the record tells.
void Login::note_refusal(const monitor::UserAnswer& answer) {
  for (const std::string& fault : answer.faults) log_(log::ConfigFaulty{fault});
  log_.context.invalid_user = answer.is_unknown;
  log_(log::UserRefused{answer.refused});
}

std::unique_ptr<LoggedIn> Login::take() {
  upstream::UserAuth* const used = upstream();
  (void)upstream_->take_client().release();
  auto agent = used->take_agent_login();
  if (!agent) log_(log::LoginAccepted{});
  return std::make_unique<LoggedIn>(
      LoggedIn{monitor_.take_route(), std::unique_ptr<upstream::UserAuth>{used}, std::move(agent), relay_.rights()});
}

/// The connection of now; look_up() has made it what it is.
upstream::UserAuth* Login::upstream() noexcept {
  return upstream_ ? static_cast<upstream::UserAuth*>(upstream_->client()) : nullptr;
}

ssh::Session* Login::upstream_session() noexcept {
  upstream::UserAuth* const used = upstream();
  return used && used->upstream().joined() ? &used->session() : nullptr;
}

/// Who is not logged in yet gets little: what he may send, and what he may make us keep.
std::optional<std::string> Login::client_exceeds() {
  if (downstream_.breach()) return downstream_.breach();
  if (downstream_.packets() > kMaxPackets || downstream_.bytes() > kMaxBytes)
    return "too much was sent before the login";
  if (params_.memory.is_exceeded(downstream_.bytes(), downstream_.packets())) return memory::kExceeded;
  return {};
}

/// An upstream that has not let anybody in gets no more.
bool Login::upstream_exceeds() {
  const ssh::Session* const session = upstream_session();
  if (!session) return false;
  const bool exceeds = session->packets() > kMaxPackets || session->bytes() > kMaxUpstreamBytes;
  if (!exceeds && !session->breach()) return false;
  log_(log::UpstreamFailed{session->breach().value_or("it sends too much before the login")});
  downstream_.disconnect(client_messages::kNoAnswer);
  return true;
}

/// Whether it is all over without a login; tells the client and the log.
bool Login::over() {
  if (relay_.state() == AuthRelay::State::failed || upstream_exceeds()) return true;
  if (const auto breach = client_exceeds()) {
    log_(log::LoginEnded{log::Broken{*breach}});
    downstream_.disconnect(client_messages::kBreach);
    return true;
  }
  if (const auto end = client_.ended()) {
    const bool tries = *end == downstream::UserAuth::End::too_many_tries;
    log_(log::LoginEnded{tries ? log::DisconnectReason{log::TooManyTries{}}
                               : log::DisconnectReason{log::Broken{client_.breach()}}});
    downstream_.disconnect(tries ? std::string{client_messages::kTooManyTries} : client_.breach());
    return true;
  }
  if (downstream_.dead()) {
    log_(log::LoginEnded{disconnect_reason_of(downstream_)});
    return true;
  }
  if (monitor_.has_ended()) {
    log_(log::LoginEnded{log::Broken{"the monitor has ended"}});
    downstream_.disconnect(client_messages::kStopped);
    return true;
  }
  const TimePoint now = Clock::now();
  if (startup_.gives_way(now)) {
    log_(log::LoginEnded{past_max_startups(downstream_.fd(), params_.startup, "MaxStartups")});
    drop(downstream_);
    return true;
  }
  if (now < params_.until) return false;
  log_(log::LoginEnded{log::GraceTimeOver{}});
  downstream_.disconnect(client_messages::kGraceTimeOver);
  return true;
}

std::uint64_t Login::packets() {
  const ssh::Session* const session = upstream_ && upstream_->is_busy() ? upstream_session() : nullptr;
  return downstream_.packets() + (session ? session->packets() : 0);
}

/// True when we are asked to end.
bool Login::sleep() {
  const TimePoint until = std::min({params_.until, client_.deadline(), startup_.next()});
  upstream::UserAuth* const used = upstream_ && upstream_->is_busy() ? upstream() : nullptr;
  std::vector<ssh::Other> others{{monitor_.fd(), POLLIN}};
  if (!used) return ssh::wait({{&downstream_}}, others, params_.stop_fd, until);
  const TimePoint both = std::min(until, used->upstream().deadline());
  if (ssh::Session* session = upstream_session())
    return ssh::wait({{&downstream_}, {session}}, others, params_.stop_fd, both);
  if (used->upstream().connected())
    for (const ssh::Other& other : used->upstream().waits_for()) others.push_back(other);
  return ssh::wait({{&downstream_}}, others, params_.stop_fd, both);
}

}  // namespace

std::unique_ptr<LoggedIn> log_in(ssh::Server& downstream, const AuthParams& params, log::Log& log) {
  return Login{downstream, params, log}.run();
}

}  // namespace pysshrp::connection
