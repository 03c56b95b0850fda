#pragma once
#include <vector>

#include "config/config.h"

namespace pysshrp::connection {

/// What is wrong with the files of keys that a server names. One with captures in its name is not looked at: there is
/// one for each user.
std::vector<config::Fault> check_login_files(const config::Server& server);

}  // namespace pysshrp::connection
