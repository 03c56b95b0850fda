#include "connection/serve.h"

#include <sys/socket.h>

#include <chrono>
#include <string_view>

#include "base/deadline.h"
#include "connection/ending.h"
#include "connection/exchange.h"
#include "connection/setting.h"
#include "downstream/handshake.h"
#include "relay/loop.h"
#include "ssh/host_key.h"
#include "ssh/server.h"

namespace pysshrp::connection {
namespace {

constexpr int kServed = 0, kConfigFaulty = 78;
constexpr const char* kFaultyText = "This proxy is not configured correctly. Its administrator finds the faults in the log.";

/// Without a host key nobody can be told in SSH: RFC 4253, section 4.2 allows lines before the version.
int refuse_without_keys(const Fd& socket) {
  const std::string line = std::string{kFaultyText} + "\r\n";
  ::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return kConfigFaulty;
}

/// Why the session ended, and what the other side is told of it.
void say_goodbye(const relay::Ended& ended, ssh::Server& downstream, ssh::Client& upstream) {
  switch (ended.by) {
    case relay::EndedBy::client: upstream.disconnect("The client is gone."); break;
    case relay::EndedBy::upstream: downstream.disconnect("The server behind this proxy ended the connection (" + ended.reason + ")."); break;
    case relay::EndedBy::stop:
      downstream.disconnect("This proxy has been asked to end the connection.");
      upstream.disconnect("The proxy has been asked to end the connection.");
      break;
    case relay::EndedBy::limit:
      downstream.disconnect(ended.reason);
      upstream.disconnect("The client is gone.");
      break;
  }
}

std::string reason_of(const relay::Ended& ended) {
  switch (ended.by) {
    case relay::EndedBy::client: return "client: " + ended.reason;
    case relay::EndedBy::upstream: return "upstream: " + ended.reason;
    case relay::EndedBy::stop:
    case relay::EndedBy::limit: break;
  }
  return ended.reason;
}

}  // namespace

int serve(Connection connection, log::Log& log) {
  const TimePoint start = Clock::now();
  const config::Config& config = connection.config;
  const TimePoint until = start + config.settings().login_grace_time;
  for (const config::Fault& fault : config.faults()) log(log::ConfigFaulty{fault.text()});

  const ssh::Algorithms algorithms = algorithms_of(config.settings());
  auto keys = ssh::load_host_keys(host_key_files(config.settings(), connection.credentials_directory));
  if (!keys) {
    log(log::ConfigFaulty{keys.error().what});
    return refuse_without_keys(connection.socket);
  }
  ssh::Server downstream;
  if (const auto accepted = downstream.accept(std::move(connection.socket), *std::move(keys), algorithms); !accepted) {
    log(log::ConfigFaulty{accepted.error().what});
    return kConfigFaulty;
  }
  if (!downstream::shake_hands(downstream, connection.stop_fd, until)) {
    log(log::HandshakeFailed{Clock::now() >= until ? log::Ending{log::GraceTimeOver{}} : ending_of(downstream)});
    return kServed;
  }
  if (!config.faults().empty()) {
    downstream.disconnect(kFaultyText);
    return kConfigFaulty;
  }
  const auto logged_in = log_in(downstream, {config, algorithms, connection.peer, connection.stop_fd, until}, log);
  if (!logged_in) return kServed;

  relay::Account account;
  account.denied = [&](const std::string& what) { log(log::Denied{what}); };
  const relay::Terms terms{{.ssh = logged_in->route->allow_ssh, .sftp = logged_in->route->allow_sftp},
                           config.settings().max_channels,
                           downstream.client_software().starts_with("OpenSSH")};
  ssh::Client& upstream = logged_in->upstream->session();
  const relay::Ended ended = relay::Loop{downstream, upstream, terms, account}.run(connection.stop_fd);
  const auto duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  say_goodbye(ended, downstream, upstream);
  log(log::Closed{account.bytes_up, account.bytes_down, duration, reason_of(ended)});
  return kServed;
}

}  // namespace pysshrp::connection
