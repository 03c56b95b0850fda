#include "connection/serve.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/client_messages.h"
#include "base/deadline.h"
#include "base/memory.h"
#include "base/sandbox.h"
#include "connection/agent_signature.h"
#include "connection/balancer.h"
#include "connection/disconnect_reason.h"
#include "connection/log_in.h"
#include "connection/server_settings.h"
#include "connection/session.h"
#include "connection/start_monitor.h"
#include "connection/startups.h"
#include "downstream/handshake.h"
#include "log/notify_status.h"
#include "ssh/library.h"
#include "ssh/openssl.h"
#include "ssh/private_key.h"
#include "ssh/server.h"
#include "ssh/wipe_copies.h"

namespace pysshrp::connection {
namespace {

constexpr int kServed = 0, kConfigFaulty = 78;
// Nobody has to type anything before that.
constexpr std::chrono::seconds kKeyExchangeTakes{10};

/// The client may know that it is not his fault; what it is stands in the log.
int refuse_all(const Fd& socket) {
  downstream::send_early_disconnect(socket, client_messages::kNotConfigured);
  return kConfigFaulty;
}

/// Whether the handler may go on: a step of the sandbox that cannot be taken ends it, unless --allow-no-seccomp.
template <typename Step>
bool in_sandbox(const Connection& connection, log::Log& log, Step step) {
  if (!sandbox::kPossible) return true;
  const Status entered = step();
  if (entered || connection.allow_no_seccomp) return true;
  log(log::ConfigFaulty{entered.error().what});
  return false;
}

/// Counts the connection among those that are not logged in; a load balancer's first as its own, since its header is
/// waited for. False when there is nobody to serve: the log has why.
bool enter(Connection& connection, peer::Startup& startup, TimePoint until, log::Log& log) {
  if (is_balancer(connection.config.settings(), connection.peer)) {
    startup.enter({}, Clock::now());
    if (!in_sandbox(connection, log, sandbox::enter_proxy_header)) {
      refuse_all(connection.socket);
      return false;
    }
    if (!take_proxy_header(connection, until, log)) return false;
  }
  if (startup.enter(connection.peer.address, Clock::now())) return true;
  log(log::HandshakeFailed{past_max_startups(connection.socket.get(), startup, "PerSourceMaxStartups")});
  drop(connection.socket);
  return false;
}

/// False when it came to no key exchange: the log has why.
bool shake_hands(ssh::Server& downstream, peer::Startup& startup, int stop_fd, TimePoint until, log::Log& log) {
  switch (exchange_keys(downstream, startup, stop_fd, until)) {
    case KeyExchange::done:
      startup.keys_exchanged();
      return true;
    case KeyExchange::failed:
      log(log::HandshakeFailed{Clock::now() >= until ? log::DisconnectReason{log::GraceTimeOver{}}
                                                     : disconnect_reason_of(downstream)});
      return false;
    case KeyExchange::gave_way:
      log(log::HandshakeFailed{past_max_startups(downstream.fd(), startup, "MaxStartups")});
      drop(downstream);
      return false;
  }
  return false;
}

void prepare_libraries(log::Log& log) {
  ssh::prepare_openssl();
  ssh::find_heap();
  if (log.level() == Level::debug)
    ssh::set_library_log([&log](std::string_view text) {
      log(log::Internal{Level::debug, "libssh: " + std::string{text}});
    });
  else
    ssh::set_library_log(nullptr);
}

/// Nothing: the log has why.
std::optional<std::vector<ssh::PrivateKey>> load_host_keys(const Connection& connection, log::Log& log) {
  const config::Config& config = connection.config;
  auto keys = ssh::load_host_keys(host_key_files(config.settings(), connection.credentials_directory));
  if (keys) return *std::move(keys);
  log(log::ConfigFaulty{fault_of(config, "key", keys.error().what).text()});
  return {};
}

/// libssh would not come back from such a write to an upstream: the process ends, and with it both connections. `event`
/// is the last word of it.
template <typename Event>
void end_at_endless_write(log::Log& log, Event event) {
  ssh::set_endless_write_handler([&log, event] {
    log(event());
    log.finish();
    std::_Exit(kServed);
  });
}

}  // namespace

int serve(Connection connection, log::Log& log) {
  const TimePoint start = Clock::now();
  const config::Config& config = connection.config;
  const config::Settings settings = config.settings();
  const TimePoint until = start + settings.login_grace_time;
  for (const config::Fault& fault : config.faults()) log(log::ConfigFaulty{fault.text()});
  if (!config.faults().empty()) return refuse_all(connection.socket);
  log::NotifyStatus status{connection.notify_socket};  // connected while it may be
  const bool balanced = is_balancer(settings, connection.peer);
  peer::Startup startup{startup_limits(settings)};
  if (!enter(connection, startup, until, log)) return kServed;
  if (!balanced && !meet_stranger(connection, log)) return kServed;

  const ssh::Algorithms algorithms = algorithms_of(settings);
  const auto leave = [&] {
    startup.logged_in();
    status = log::NotifyStatus{{}};
  };
  auto monitor = start_monitor(connection, {algorithms, until, leave}, log);
  prepare_libraries(log);
  auto keys = monitor ? load_host_keys(connection, log) : std::nullopt;
  if (!keys) return refuse_all(connection.socket);
  connection.config = {};                // from here on the monitor alone knows what is in it
  memory::Bound memory{memory::kLogin};  // which reads a file
  if (!in_sandbox(connection, log, sandbox::enter_front)) return refuse_all(connection.socket);
  std::optional<ssh::AttemptWatch> watch{std::in_place};
  ssh::Server downstream;
  if (const auto accepted = downstream.accept(std::move(connection.socket), *std::move(keys), algorithms); !accepted) {
    log(log::ConfigFaulty{accepted.error().what});
    return kConfigFaulty;
  }
  const TimePoint keys_until = std::min(until, start + kKeyExchangeTakes);
  if (!shake_hands(downstream, startup, connection.stop_fd, keys_until, log)) return kServed;
  end_at_endless_write(log, [&] {
    monitor.reset();
    return log::UpstreamFailed{ssh::kTinyPackets};
  });
  const auto logged_in = log_in(
      downstream, {*monitor, settings, algorithms, connection.peer, *watch, startup, memory, connection.stop_fd, until},
      log);
  watch.reset();
  monitor.reset();
  startup.logged_in();
  if (!logged_in) return kServed;
  logged_in->route->upstream_password.reset();  // a session has no use for it
  end_at_endless_write(log, [&] { return log::Closed{0, 0, milliseconds_since(start), ssh::kTinyPackets}; });
  ssh::Client& upstream = logged_in->upstream->session();
  relay::PendingChannels early;
  if (logged_in->agent && !borrow_agent(downstream, upstream, *logged_in->agent,
                                        {settings.max_channels, connection.stop_fd, until}, early, log))
    return kServed;

  memory = memory::Bound{memory::kSession};
  if (!in_sandbox(connection, log, sandbox::enter_relay)) return kConfigFaulty;
  relay_session(downstream, *logged_in, std::move(early), {settings, memory, status, start, connection.stop_fd}, log);
  return kServed;
}

}  // namespace pysshrp::connection
