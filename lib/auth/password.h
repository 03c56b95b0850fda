#pragma once
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace pysshrp::auth {

/// Whether `typed` is the password that `stored` describes: crypt(3) when it starts with `$` like its hashes (`$y$`,
/// `$6$`, ...), else plain text compared in constant time. A hash that crypt(3) does not know matches nothing, nor does
/// an empty `stored`.
bool password_matches(std::string_view stored, std::string_view typed);

/// Whether `stored` can match anything at all; the Error says why not, without a byte of it.
Status check_stored_password(std::string_view stored);

/// Why `stored` is likely not what was meant, without a byte of it; empty where it looks well.
std::string_view note_stored_password(std::string_view stored) noexcept;

/// The same of one that the upstream is told.
std::string_view note_told_password(std::string_view told) noexcept;

}  // namespace pysshrp::auth
