#include "auth/password_check.h"

#include "auth/auth_policy.h"
#include "auth/password.h"

namespace pysshrp::auth {
namespace {

// sha512crypt of something forgotten, so that an unknown user takes the time of one with a hashed password.
constexpr std::string_view kNobodysPassword =
    "$6$koI05Uru5jXtggiC$ooulr7VayOL5v1wdk1o4ZO4HldQo/ITrGREElEupdlRUVOzJj9uzn4GOS0hGtfsB5ybQIY/M3nSJSTJpPX/V//";

}  // namespace

PasswordCheck check_password(const route::Route* route, std::string_view typed) {
  if (!route) {
    password_matches(kNobodysPassword, typed);
    return PasswordCheck::wrong;
  }
  if (upstream_decides(*route)) return PasswordCheck::upstream_decides;
  const bool matches = route->password && password_matches(route->password->reveal(), typed);
  return matches ? PasswordCheck::right : PasswordCheck::wrong;
}

}  // namespace pysshrp::auth
