#pragma once
#include <string_view>

#include "config/config.h"
#include "connection/explain.h"

namespace pysshrp::connection {

/// What --probe prints: --explain's text, and what each host of the route says when it is asked as for a login, which
/// this stops short of. No secret leaves, nothing is written down. Status 1 also when a host could not be used.
Explanation probe(const config::Config& config, std::string_view who);

}  // namespace pysshrp::connection
