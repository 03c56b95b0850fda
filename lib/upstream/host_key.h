#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "route/route.h"
#include "ssh/client.h"

namespace pysshrp::upstream {

/// The upstream is who the route says; what is worth a record.
struct Verified {
  std::string recorded;    ///< the fingerprint that accept-new has written down, if it did
  bool unchecked = false;  ///< insecure, and nothing vouches for the key
};

/// Judges the key that the upstream has just proved to have: pinned fingerprints if the route has any, else
/// known_hosts. An Error says to the operator what was found, what was expected, and what to do.
Result<Verified> verify(const ssh::Client& client, const route::Route& route);

/// Whether verify() will find any key of a host in known_hosts, and the cure if not.
Status look_up(const std::string& known_hosts, const HostName& host, std::uint16_t port);
/// The same where the host is not known yet: whether there is such a file to read.
Status look_up(const std::string& known_hosts);

}  // namespace pysshrp::upstream
