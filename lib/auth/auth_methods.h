#pragma once
#include <string_view>
#include <vector>

#include "auth/auth_policy.h"
#include "config/config.h"

namespace pysshrp::auth {

/// What a login is offered.
struct AuthMethods {
  bool publickey = false;
  bool password = true;  ///< and keyboard-interactive
  bool accept_unsigned_keys =
      false;  ///< any key is good enough to be asked for its signature, since only the upstream knows
};

/// What everybody is offered, so that a stranger meets the same as a known user: what any server needs. The files of
/// routes_dir are not read for it, but [defaults] stands for them.
AuthMethods methods_of(const config::Config& config);

/// What either needs.
AuthMethods operator|(const AuthMethods& one, const AuthMethods& other) noexcept;

/// What one route can honestly serve.
AuthMethods methods_of(const StoredCredentials& stored) noexcept;

/// The names of the methods (RFC 4252, RFC 4256), in order.
std::vector<std::string> names_of(const AuthMethods& methods);

}  // namespace pysshrp::auth
