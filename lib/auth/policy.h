#pragma once
#include <span>
#include <string_view>
#include <variant>

#include "base/secret.h"
#include "route/route.h"

/// Who proves what to whom. In all of this a route of nullptr is somebody who is routed nowhere; he meets what
/// everybody meets.
namespace pysshrp::auth {

/// The names of the login methods offered (RFC 4252), in order. They live as long as the program.
std::span<const std::string_view> methods(const route::Route* route);

struct Refuse {};
/// The upstream is the judge: it is asked with what the client typed.
struct AskUpstream {
  Secret password;
};
/// The client has proved himself here; this is for the upstream.
struct LogIn {
  Secret password;
};
using PasswordVerdict = std::variant<Refuse, AskUpstream, LogIn>;

/// What follows from a password that the client typed.
PasswordVerdict judge_password(const route::Route* route, std::string_view typed);

}  // namespace pysshrp::auth
