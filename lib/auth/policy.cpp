#include "auth/policy.h"

#include "auth/password.h"
#include "auth/proof.h"

namespace pysshrp::auth {
namespace {

// sha512crypt of something forgotten: whoever is nobody costs the time of somebody with a hashed password.
constexpr std::string_view kNobodysPassword =
    "$6$koI05Uru5jXtggiC$ooulr7VayOL5v1wdk1o4ZO4HldQo/ITrGREElEupdlRUVOzJj9uzn4GOS0hGtfsB5ybQIY/M3nSJSTJpPX/V//";

}  // namespace

PasswordVerdict judge_password(const route::Route* route, std::string_view typed) {
  if (!route) {
    password_matches(kNobodysPassword, typed);
    return Refuse{};
  }
  if (upstream_judges(*route)) return AskUpstream{};
  if (route->password && password_matches(route->password->reveal(), typed)) return Proven{};
  return Refuse{};
}

}  // namespace pysshrp::auth
