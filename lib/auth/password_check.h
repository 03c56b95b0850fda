#pragma once
#include <string_view>

#include "auth/monitor.h"
#include "route/route.h"

namespace pysshrp::auth {

/// What a password that the client typed is worth; a route of nullptr is a user who is routed nowhere. It takes the
/// same time for both.
PasswordCheck check_password(const route::Route* route, std::string_view typed);

}  // namespace pysshrp::auth
