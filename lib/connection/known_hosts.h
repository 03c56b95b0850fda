#pragma once
#include <vector>

#include "config/config.h"
#include "upstream/host_key.h"

namespace pysshrp::connection {

/// Whether the upstream of a server without other faults can be verified at all, as far as that can be told without
/// asking it: for --check, by the user that will serve.
std::vector<config::Fault> check_known_hosts(const config::Server& server, upstream::KnownHostsCheck& known);

/// Where a file has a line with @cert-authority, which does nothing here: for --check, once for each file.
std::vector<config::Fault> note_host_authorities(const config::Config& config);

}  // namespace pysshrp::connection
