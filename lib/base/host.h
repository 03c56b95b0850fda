#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/named.h"

namespace pysshrp {

/// `host:port`, `[IPv6]:port`.
inline std::string with_port(const HostName& host, std::uint16_t port) {
  const bool v6 = host.view().find(':') != std::string_view::npos;
  return (v6 ? '[' + host.text() + ']' : host.text()) + ':' + std::to_string(port);
}

/// One of the hosts that a route names.
struct Host {
  HostName name;
  std::optional<std::uint16_t> port = {};  ///< nothing: the route's upstream_port
  bool operator==(const Host&) const = default;

  std::string text() const { return port ? with_port(name, *port) : name.text(); }
};

}  // namespace pysshrp
