#pragma once
#include <optional>
#include <string>

#include "auth/key_options.h"
#include "auth/monitor.h"
#include "auth/user_auth_server.h"
#include "base/deadline.h"
#include "base/userauth.h"
#include "connection/upstream_auth.h"
#include "log/log.h"
#include "route/route.h"

namespace pysshrp::connection {

/// The login: what the client attempts, what the monitor decides, what the upstream says. The three never see each
/// other.
///
///   State     open -> accepted | failed
///   Decider   monitor -> upstream    after a partial success the upstream decides on what is still wanted
///   Dialogue  none -> monitor | upstream -> none    whose question of keyboard-interactive the client answers
class AuthRelay {
 public:
  enum class State { open, accepted, failed };
  enum class Decider { monitor, upstream };
  enum class Dialogue { none, monitor, upstream };

  /// All outlive it.
  AuthRelay(auth::UserAuthServer& client, auth::Monitor& monitor, log::Log& log) noexcept
      : client_(client), monitor_(monitor), log_(log) {}
  /// Once, when the client has named its user, and there is a route. Both outlive this. Without, every attempt fails.
  void set_upstream(UpstreamAuth& upstream, const route::Route& route) noexcept {
    upstream_ = &upstream;
    route_ = &route;
  }

  /// Takes the client's attempt and the upstream's answer, as far as they are there.
  void advance(TimePoint now);

  State state() const noexcept { return state_; }
  Decider decider() const noexcept { return decider_; }
  Dialogue dialogue() const noexcept { return dialogue_; }
  /// What the client's keys grant; everything, without one. Once accepted.
  const auth::KeyRights& rights() const noexcept { return rights_; }

 private:
  /// What the upstream is being asked, as far as its answer is understood by it.
  enum class Query {
    nothing,
    login,     ///< to let the client in
    key_file,  ///< for upstream_authorized_keys; until the key is found there, the client hears nothing of it
    key_query  ///< whether it would take the key; until it does, the client hears nothing of it
  };

  void on(PasswordRequest& request);
  void on(PublicKeyRequest& request);
  void on(KeyboardInteractiveRequest& request);
  void on(InfoResponse& response);
  void use_key(const PublicKey& key, auth::KeyPolicy policy);
  void check_password(Secret password);
  bool restrict_to(const std::optional<auth::KeyRights>& rights);
  void ask(Query what, UpstreamAuthRequest request);

  void on_answer(AuthResult result);
  void on(AuthPending&) {}
  void on(AuthSuccess&);
  void on(AuthPartialSuccess& partial);
  void on(AuthFailure& failure);
  void on(InfoRequest& request);
  void on(AuthError& error);
  void note_host();
  void show_banners();
  void fail();

  auth::UserAuthServer& client_;
  auth::Monitor& monitor_;
  log::Log& log_;
  UpstreamAuth* upstream_ = nullptr;
  const route::Route* route_ = nullptr;
  State state_ = State::open;
  Decider decider_ = Decider::monitor;
  Dialogue dialogue_ = Dialogue::none;
  Query query_ = Query::nothing;
  std::optional<PublicKey> key_;  ///< of the attempt, whose signature has been verified
  auth::KeyRights rights_;        ///< of the keys that have counted so far
  auth::KeyRights granted_;       ///< the same with that of this attempt, should it count
};

}  // namespace pysshrp::connection
