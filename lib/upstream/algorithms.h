#pragma once
#include <string>
#include <string_view>

#include "route/route.h"
#include "ssh/algorithms.h"

namespace pysshrp::upstream {

/// What may be negotiated with the upstream of this route: what the route says, else what clients get. What it says
/// holds for this one connection and no client.
ssh::Algorithms algorithms_of(const route::Route& route, const ssh::Algorithms& clients);

/// Why a key exchange has failed, from libssh's words, and what can be done about it.
std::string explain_key_exchange(std::string_view error, const route::Route& route);

/// Why `what`, a key of ours, was not even shown to the upstream, from libssh's words; empty if it was.
std::string explain_unused_key(std::string_view error, const std::string& what, const route::Route& route);

}  // namespace pysshrp::upstream
