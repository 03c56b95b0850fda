#pragma once
#include <string_view>

#include "base/secret.h"

namespace pysshrp::auth {

/// Whether `typed` is the password that `stored` describes: crypt(3) when it starts like a hash (`$y$`, `$6$`, ...), else plain
/// text compared in constant time. A hash that crypt(3) does not know matches nothing.
bool password_matches(std::string_view stored, std::string_view typed);

}  // namespace pysshrp::auth
