#pragma once
#include <string>
#include <string_view>

#include "config/config.h"

namespace pysshrp::connection {

/// What --explain prints to stdout, whole lines, and the exit status: 0 routed, 1 refused, 78 (sysexits.h) the
/// configuration is faulty.
struct Explanation {
  std::string text;
  int status;
};

/// `who` is USER or USER@SOURCE. What follows the last `@` is a source only when it is an IP address, because user
/// names may have an `@`.
Explanation explain(const config::Config& config, std::string_view who);

}  // namespace pysshrp::connection
