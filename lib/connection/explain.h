#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/named.h"
#include "base/network.h"
#include "config/config.h"

namespace pysshrp::connection {

/// What --explain prints to stdout, whole lines, and the exit status: 0 routed, 1 refused, 78 (sysexits.h) the
/// configuration is faulty.
struct Explanation {
  std::string text;
  int status;
};

/// Who asks to be routed, or is asked about.
struct Who {
  UserName user;
  std::optional<Address> source;
};
/// USER or USER@SOURCE, see explain().
Who read_who(std::string_view who);

/// `who` is USER or USER@SOURCE. What follows the last `@` is a source only when it is an IP address, because user
/// names may have an `@`.
Explanation explain(const config::Config& config, std::string_view who);

}  // namespace pysshrp::connection
