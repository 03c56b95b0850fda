#include "connection/local_monitor.h"

#include <sys/random.h>

#include <cstdint>
#include <utility>
#include <variant>

#include "auth/password_check.h"
#include "route/order.h"

namespace pysshrp::connection {
namespace {

/// What upstream_order = random goes by.
std::uint64_t chance(const route::Route& route) noexcept {
  std::uint64_t bits = 0;
  if (route.upstream_order == route::UpstreamOrder::random) (void)!::getrandom(&bits, sizeof bits, 0);
  return bits;
}

}  // namespace

LocalMonitor::LocalMonitor(const config::Config& config, const ssh::Algorithms& algorithms, const peer::Peer& peer,
                           log::Log& log)
    : config_(config),
      peer_(peer),
      log_(log),
      keys_(config, algorithms, peer, log),
      methods_(auth::methods_of(config)) {}

downstream::UserAuth::UserMethods LocalMonitor::look_up(const UserName& user) {
  log_.context.user = user.text();
  auto matches = route::match_all(config_, user);
  const TimePoint same_for_all_until = Clock::now();
  auto found = route::find(config_, user, peer_.address, std::move(matches));
  if (auto* route = std::get_if<route::Route>(&found)) {
    route_ = std::make_unique<route::Route>(std::move(*route));
    route_->upstream_host = route::in_order(*route_, user, peer_.address, chance(*route_));
    log_.context.server = route_->server;
    const Host& first = route_->upstream_host.front();
    log_.context.upstream = with_port(first.name, first.port.value_or(route_->upstream_port));
    log_.context.upstream_user = route_->upstream_user.text();
    methods_ = methods_ | auth::methods_of(*route_);  // what only a file of routes_dir says
  } else if (const auto* refusal = std::get_if<route::Refusal>(&found)) {
    note_refusal(*refusal);
  }
  return {auth::names_of(methods_), same_for_all_until};
}

/// The client meets the same conversation as anybody; only the record tells.
void LocalMonitor::note_refusal(const route::Refusal& refusal) {
  log_.context.server = refusal.server;
  for (const config::Fault& fault : refusal.faults) log_(log::ConfigFaulty{fault.text()});
  log_.context.invalid_user = refusal.why == route::Refusal::Why::unknown;
  log_(log::UserRefused{refusal.what});
}

auth::PasswordCheck LocalMonitor::check_password(const Secret& typed) {
  return auth::check_password(route_.get(), typed.reveal());
}

bool LocalMonitor::knows_key(const PublicKey& key) {
  const bool has_file = route_ && !route_->authorized_keys.empty();
  return keys_.grants_shown(key, has_file ? &route_->authorized_keys : nullptr);
}

std::optional<auth::KeyRights> LocalMonitor::rights_of(const PublicKey& key) {
  return keys_.look_up_in_file(key, route_->authorized_keys);
}

std::optional<auth::KeyRights> LocalMonitor::rights_in(const std::string& authorized_keys, const PublicKey& key) {
  return keys_.look_up(key, authorized_keys);
}

}  // namespace pysshrp::connection
