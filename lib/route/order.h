#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/host.h"
#include "base/named.h"
#include "base/network.h"
#include "route/route.h"

namespace pysshrp::route {

/// The hosts of a route in the order in which to try them, by upstream_order. Hashes are of a host and a user or a
/// source (rendezvous hashing): a host that joins takes over only what is its own from then on, one that leaves gives
/// away only what was. `chance` is for random.
std::vector<Host> in_order(const Route& route, const UserName& user, const std::optional<Address>& source,
                           std::uint64_t chance);

}  // namespace pysshrp::route
