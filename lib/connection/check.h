#pragma once
#include <string>
#include <vector>

#include "config/config.h"

namespace pysshrp::connection {

/// What --check has to say.
struct Findings {
  std::vector<config::Fault> faults;  ///< everything that is wrong
  std::vector<config::Fault> notes;   ///< what may be meant, but looks like a slip
};

Findings check(const config::Config& config, const std::string& credentials_directory);

}  // namespace pysshrp::connection
