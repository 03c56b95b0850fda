#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/user_auth_client.h"
#include "base/secret.h"
#include "base/userauth.h"
#include "route/route.h"

namespace pysshrp::connection {

/// A login upstream with what the route has stored, or else with the password that the client typed: one after the
/// other, each for which the upstream has the method.
class StoredLogin {
 public:
  /// `route` outlives it. `typed`: nothing where the client has proved itself by a key.
  StoredLogin(const route::Route& route, std::optional<Secret> typed);

  /// There is nothing to try: the client's key was the proxy's condition, the rest is between it and the upstream.
  bool is_empty() const noexcept { return plan_.empty() && !trying_; }
  /// A key of the proxy's is all there is, and has not been tried: the upstream's methods need not be known.
  bool is_key_only() const noexcept;
  bool has_begun() const noexcept { return trying_.has_value(); }

  /// To be repeated while it is pending. AuthPartialSuccess: what there is was right, and not enough. AuthFailure: none
  /// of it was taken. `methods_known`: the upstream has named its methods.
  AuthResult advance(auth::UserAuthClient& upstream, bool methods_known);

 private:
  enum class What { key, password, typed };
  struct Attempt {
    What what;
    bool by_dialogue = false;  ///< a password, where the upstream takes it by keyboard-interactive only
  };

  bool takes(const auth::UserAuthClient& upstream, What what) const;
  bool choose(const auth::UserAuthClient& upstream, bool methods_known);
  AuthResult request(auth::UserAuthClient& upstream);
  AuthResult by_dialogue(auth::UserAuthClient& upstream, const Secret& password);

  const route::Route& route_;
  std::optional<Secret> typed_;
  std::vector<What> plan_;  ///< what is still to be tried
  std::optional<Attempt> trying_;
  std::optional<std::string> refused_;  ///< why, by a method that the upstream still has
  bool partly_accepted_ = false;
};

}  // namespace pysshrp::connection
