#pragma once
#include <vector>

#include "config/config.h"

namespace pysshrp::config {

/// What may be meant but looks like a slip: a comment or quotes that have become part of a value, an expression that is
/// none, no server at all. No faults, so nobody is refused for them.
std::vector<Fault> notes(const Config& config);

}  // namespace pysshrp::config
