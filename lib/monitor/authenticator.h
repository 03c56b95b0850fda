#pragma once
#include <memory>
#include <string>
#include <vector>

#include "auth/auth_methods.h"
#include "config/config.h"
#include "monitor/client_keys.h"
#include "monitor/messages.h"
#include "peer/peer.h"
#include "route/route.h"
#include "ssh/algorithms.h"

namespace pysshrp::monitor {

/// Answers what is asked about one user, with the configuration at hand. A user without a route meets the same answers,
/// in the same time, as one whose every proof is wrong.
class Authenticator {
 public:
  /// All outlive it.
  Authenticator(const config::Config& config, const ssh::Algorithms& algorithms, const peer::Peer& peer);

  /// First, and once.
  UserAnswer answer(const UserRequest& request);
  PasswordAnswer answer(const PasswordRequest& request);
  KeyQueryAnswer answer(const KeyQuery& query);
  KeyAnswer answer(const KeyRequest& request);

  /// Null: the user is routed nowhere.
  const route::Route* route() const noexcept { return route_.get(); }
  /// Whether upstream_key may be used: the client has proved itself, or can do so only by what the upstream has.
  bool may_sign() const noexcept;
  /// What the proof grants that counted last; everything, by a password.
  const auth::KeyRights& rights() const noexcept { return rights_; }

 private:
  void describe(const route::Route& route, UserAnswer& answer) const;
  std::optional<Secret> stored_password() const;

  const config::Config& config_;
  const peer::Peer& peer_;
  std::vector<std::string> notes_;
  ClientKeys keys_;
  KeyFiles files_;
  auth::AuthMethods methods_;
  std::unique_ptr<route::Route> route_;
  UserKeys user_keys_;
  bool is_proven_ = false;
  auth::KeyRights rights_;
};

}  // namespace pysshrp::monitor
