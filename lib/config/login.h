#pragma once
#include <string_view>
#include <vector>

#include "config/config.h"

namespace pysshrp::config {

struct LoginFault {
  std::string_view key, what;
};

/// What is wrong with who proves what to whom in a server: its keys on passwords and public keys, taken together.
std::vector<LoginFault> lint_login(const Server& server);

/// Whether the server says yes to a key that is no unless it does.
bool says_yes(const Server& server, std::string_view key);

}  // namespace pysshrp::config
