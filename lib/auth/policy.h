#pragma once
#include <string_view>
#include <variant>

#include "route/route.h"

namespace pysshrp::auth {

struct Refuse {};
struct AskUpstream {};  ///< it is the judge of what the client typed
struct Proven {};       ///< the client has proved himself here
using PasswordVerdict = std::variant<Refuse, AskUpstream, Proven>;

/// What follows from a password that the client typed; a route of nullptr is somebody who is routed nowhere.
PasswordVerdict judge_password(const route::Route* route, std::string_view typed);

}  // namespace pysshrp::auth
