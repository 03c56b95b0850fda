#pragma once
#include <vector>

#include "config/config.h"

namespace pysshrp::connection {

/// The files that say who comes in where and that everybody may write, or replace: for --check.
std::vector<config::Fault> note_writable(const config::Config& config);

}  // namespace pysshrp::connection
