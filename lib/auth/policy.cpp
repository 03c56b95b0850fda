#include "auth/policy.h"

#include "auth/password.h"

namespace pysshrp::auth {
namespace {

constexpr std::string_view kMethods[] = {"password"};

// sha512crypt of something forgotten: whoever is nobody costs the time of somebody with a hashed password.
constexpr std::string_view kNobodysPassword =
    "$6$koI05Uru5jXtggiC$ooulr7VayOL5v1wdk1o4ZO4HldQo/ITrGREElEupdlRUVOzJj9uzn4GOS0hGtfsB5ybQIY/M3nSJSTJpPX/V//";

}  // namespace

std::span<const std::string_view> methods(const route::Route*) {
  return kMethods;
}

PasswordVerdict judge_password(const route::Route* route, std::string_view typed) {
  if (!route) {
    password_matches(kNobodysPassword, typed);
    return Refuse{};
  }
  if (!route->password) {
    // A stored credential opens the upstream only for those who proved themselves here.
    if (route->upstream_password) return Refuse{};
    return AskUpstream{Secret{typed}};
  }
  if (!password_matches(route->password->reveal(), typed)) return Refuse{};
  return LogIn{route->upstream_password ? route->upstream_password->copy() : Secret{typed}};
}

}  // namespace pysshrp::auth
