#include "connection/balancer.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "base/result.h"
#include "downstream/handshake.h"
#include "peer/proxy_header.h"

namespace pysshrp::connection {
namespace {

constexpr std::chrono::seconds kPatience{3};  // it is the first thing that a balancer sends

}  // namespace

bool is_balancer(const config::Settings& settings, const peer::Peer& peer) {
  const auto holds = [&](const Network& network) { return peer.address && network.contains(*peer.address); };
  return std::any_of(settings.proxy_protocol.begin(), settings.proxy_protocol.end(), holds);
}

bool take_proxy_header(Connection& connection, TimePoint until, log::Log& log) {
  const auto said =
      peer::read_proxy_header(connection.socket.get(), connection.stop_fd, std::min(until, Clock::now() + kPatience));
  return std::visit(Cases{[&](const peer::Peer& client) {
                            log(log::Internal{Level::debug, "the balancer says who the client is"});
                            connection.peer = client;
                            log.context.peer = client.address->text();
                            log.context.port = client.port;
                            return true;
                          },
                          [&](peer::LocalCommand) {
                            log(log::Internal{Level::debug, "the balancer's own check"});
                            downstream::send_identification(connection.socket);
                            return false;
                          },
                          [&](const Error& error) {
                            log(log::HandshakeFailed{log::Broken{error.what}});
                            return false;
                          }},
                    said);
}

// Whose header comes later than this look meets libssh, for which it is no version of SSH either.
bool meet_stranger(const Connection& connection, log::Log& log) {
  if (!peer::has_proxy_header(connection.socket.get())) return true;
  log(log::HandshakeFailed{log::Broken{"a PROXY protocol header, but proxy_protocol does not have this address"}});
  return false;
}

}  // namespace pysshrp::connection
