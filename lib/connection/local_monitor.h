#pragma once
#include <memory>
#include <optional>
#include <string>

#include "auth/auth_methods.h"
#include "auth/monitor.h"
#include "base/deadline.h"
#include "config/config.h"
#include "connection/client_keys.h"
#include "downstream/user_auth.h"
#include "log/log.h"
#include "peer/peer.h"
#include "route/route.h"
#include "ssh/algorithms.h"

namespace pysshrp::connection {

/// Decides on one login, with the configuration at hand. What it finds out is in the log, or in its context.
class LocalMonitor final : public auth::Monitor {
 public:
  /// All outlive it.
  LocalMonitor(const config::Config& config, const ssh::Algorithms& algorithms, const peer::Peer& peer, log::Log& log);

  /// Once: the route of the user, and the methods to offer.
  downstream::UserAuth::UserMethods look_up(const UserName& user);
  /// Null: the user is routed nowhere.
  const route::Route* route() const noexcept { return route_.get(); }
  std::unique_ptr<route::Route> take_route() noexcept { return std::move(route_); }

  bool upstream_decides() const override { return route_ && auth::upstream_judges(*route_); }
  auth::KeyPolicy key_policy() const override { return route_ ? auth::key_policy(*route_) : auth::KeyPolicy::none; }
  bool accepts_unsigned_keys() const override { return methods_.accept_unsigned_keys; }
  auth::PasswordCheck check_password(const Secret& typed) override;
  bool can_verify(const PublicKey& key) override { return keys_.is_verifiable(key); }
  bool knows_key(const PublicKey& key) override;
  std::optional<auth::KeyRights> rights_of(const PublicKey& key) override;
  std::optional<auth::KeyRights> rights_in(const std::string& authorized_keys, const PublicKey& key) override;

 private:
  void note_refusal(const route::Refusal& refusal);

  const config::Config& config_;
  const peer::Peer& peer_;
  log::Log& log_;
  ClientKeys keys_;
  auth::AuthMethods methods_;
  std::unique_ptr<route::Route> route_;
};

}  // namespace pysshrp::connection
