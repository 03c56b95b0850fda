#include "connection/session.h"

#include <string>
#include <utility>
#include <variant>

#include "base/client_messages.h"
#include "connection/sftp.h"
#include "log/rate_limiter.h"
#include "relay/loop.h"

namespace pysshrp::connection {
namespace {

/// Why the session ended, and what the other side is told of it.
void say_goodbye(const relay::Ended& ended, ssh::Server& downstream, ssh::Client& upstream) {
  switch (ended.by) {
    case relay::EndedBy::client:
      upstream.disconnect(client_messages::kClientGone);
      break;
    case relay::EndedBy::upstream:
      downstream.disconnect(std::string{client_messages::kEnded} + " (" + ended.reason + ").");
      break;
    case relay::EndedBy::upstream_in_order:
      downstream.hang_up();
      break;
    case relay::EndedBy::stop:
      downstream.disconnect(client_messages::kStopped);
      upstream.disconnect(client_messages::kStopped);
      break;
    case relay::EndedBy::limit:
      downstream.disconnect(ended.reason);
      upstream.disconnect(ended.reason);
      break;
    case relay::EndedBy::breach:
      downstream.disconnect(client_messages::kBreach);
      upstream.disconnect(client_messages::kBreach);
      break;
  }
}

relay::Rights rights_of(const route::Route& route, const auth::KeyRights& key) {
  using route::Forwarding;
  const auto forwards = [&](Forwarding direction) {
    return key.port_forwarding && (route.allow_forwarding == direction || route.allow_forwarding == Forwarding::yes);
  };
  // Whose key forces SFTP may use nothing else.
  const bool is_sftp = key.command && sftp::is_internal_sftp(*key.command);
  return {.ssh = route.allow_ssh && !is_sftp,
          .sftp = route.allow_sftp,
          .pty = key.pty,
          .local_forwarding = forwards(Forwarding::local),
          .remote_forwarding = forwards(Forwarding::remote),
          .agent = route.allow_agent && key.agent_forwarding,
          .x11 = route.allow_x11 && key.x11_forwarding};
}

std::string reason_of(const relay::Ended& ended) {
  switch (ended.by) {
    case relay::EndedBy::client:
      return "client: " + ended.reason;
    case relay::EndedBy::upstream:
    case relay::EndedBy::upstream_in_order:
      return "upstream: " + ended.reason;
    case relay::EndedBy::stop:
    case relay::EndedBy::limit:
    case relay::EndedBy::breach:
      break;
  }
  return ended.reason;
}

/// Both outlive it.
relay::RelayObserver observer_of(log::Log& log, log::RateLimiter& denials) {
  relay::RelayObserver observer;
  observer.denied = [&](const std::string& what) { denials.write(log::Denied{what}, Clock::now()); };
  observer.sftp = [&](const sftp::Event& event) {
    if (std::holds_alternative<sftp::DeniedRequest>(event)) return denials.write(event_of(event), Clock::now());
    log(event_of(event));
  };
  observer.unopened = [&](const std::string& what, const std::string& why) {
    denials.write(log::NotOpened{what, why}, Clock::now());
  };
  observer.limits = [&](const std::string& what) { log(log::Internal{Level::debug, what}); };
  observer.state = observer.limits;
  observer.broken = [&](const std::string& why) { log(log::SftpEnded{why}); };
  return observer;
}

}  // namespace

std::chrono::milliseconds milliseconds_since(TimePoint start) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

void relay_session(ssh::Server& downstream, const LoggedIn& login, relay::PendingChannels pending,
                   const SessionParams& params, log::Log& log) {
  ssh::Client& upstream = login.upstream->session();
  const route::Route& route = *login.route;
  log::RateLimiter denials{log, params.start};
  relay::RelayObserver observer = observer_of(log, denials);
  observer.awake = [&] {
    params.status.show(log.context, observer.bytes_up, observer.bytes_down, Clock::now());
    log.flush();
  };
  observer.blocked_fd = [&] { return log.blocked_fd(); };
  const Software software{downstream.client_software(), upstream.server_software()};
  const relay::RelayOptions options{rights_of(route, login.rights), sftp_policy(route, login.rights.sftp, software),
                                    login.rights.command,           params.settings.max_channels,
                                    params.settings.idle_timeout,   software.client.starts_with("OpenSSH")};
  // Its channels must not be closed before the goodbye is said.
  relay::Loop loop{downstream, upstream, options, params.memory, params.stop_fd, observer};
  loop.adopt(std::move(pending));
  const relay::Ended ended = loop.run();
  denials.finish();
  const auto duration = milliseconds_since(params.start);
  say_goodbye(ended, downstream, upstream);
  log(log::Closed{observer.bytes_up, observer.bytes_down, duration, reason_of(ended)});
}

}  // namespace pysshrp::connection
