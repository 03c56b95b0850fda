#pragma once
#include <chrono>
#include <optional>
#include <string_view>

#include "base/network.h"
#include "base/result.h"

/// What a line of authorized_keys asks of the login itself: where it comes from, and when.
namespace pysshrp::auth {

/// Whether the list of a `from=` admits an address: CIDR blocks, addresses, and patterns with `*` and `?` that are held
/// against its text; what follows a `!` is kept out whatever else admits it. Names are not resolved, so they admit
/// nobody, and one that is to keep somebody out is an Error, as is every entry that means nothing.
Result<bool> from_admits(std::string_view list, const Address& address);

/// The moment that an `expiry-time=` names: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS, in UTC with a `Z` behind it, else
/// in local time. In whole seconds, as the clock's own unit ends in 2262. Days that a month does not have count into
/// the next one, as in sshd.
std::optional<std::chrono::sys_seconds> expiry_time(std::string_view text);

}  // namespace pysshrp::auth
