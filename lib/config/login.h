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

/// Whether it is there, and says yes.
bool says_yes(const Entry* entry);

}  // namespace pysshrp::config
