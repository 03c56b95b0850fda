#pragma once
#include <string>

#include "base/network.h"
#include "route/route.h"

namespace pysshrp::upstream {

/// The PROXY protocol's header for an upstream: who the client is and where the connection goes. A client without an
/// address is announced as unknown (v1) or local (v2), of two families the older one as mapped into the other. Nothing
/// when off.
std::string write_proxy_header(route::ProxyProtocol version, const Endpoint& client, const Endpoint& upstream);

}  // namespace pysshrp::upstream
