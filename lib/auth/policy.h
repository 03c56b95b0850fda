#pragma once
#include <string_view>
#include <variant>

#include "route/route.h"

/// Who proves what to whom. In all of this a route of nullptr is somebody who is routed nowhere; he meets what
/// everybody meets.
namespace pysshrp::auth {

/// A password is checked here.
inline bool proves_by_password(const route::Route& route) noexcept {
  return route.password.has_value();
}
/// A key is checked here, by a file on this machine, by the upstream's, or by what the upstream says of it.
inline bool proves_by_key(const route::Route& route) noexcept {
  return !route.authorized_keys.empty() || !route.upstream_key.empty() || route.upstream_agent;
}
/// Nothing is stored that checks the client, and nothing that opens the upstream without him: it may be asked with what
/// anybody comes with.
inline bool upstream_judges(const route::Route& route) noexcept {
  return !route.password && route.authorized_keys.empty() && route.upstream_key.empty() && !route.upstream_password;
}

struct Refuse {};
struct AskUpstream {};  ///< it is the judge of what the client typed
struct Proven {};       ///< the client has proved himself here
using PasswordVerdict = std::variant<Refuse, AskUpstream, Proven>;

/// What follows from a password that the client typed.
PasswordVerdict judge_password(const route::Route* route, std::string_view typed);

}  // namespace pysshrp::auth
