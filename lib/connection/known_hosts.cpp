#include "connection/known_hosts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/keys.h"
#include "config/values.h"
#include "route/route.h"
#include "upstream/host_key.h"

namespace pysshrp::connection {
namespace {

/// Nothing where the user decides.
std::optional<std::string> fixed(const config::Server& server, std::string_view key, std::string without) {
  const auto* const entry = server.find(key);
  if (!entry) return without;
  if (config::has_captures(entry->value())) return {};
  return std::string{entry->value()};
}

bool asks_known_hosts(const config::Server& server) {
  if (server.find("upstream_host_key")) return false;
  const auto* const entry = server.find("upstream_host_key_check");
  const auto check = config::host_key_check(entry ? entry->value() : "strict");
  return check && *check == config::HostKeyCheck::strict;
}

}  // namespace

std::vector<config::Fault> check_known_hosts(const config::Server& server) {
  constexpr std::string_view kKey = "upstream_known_hosts";
  if (!asks_known_hosts(server)) return {};
  const route::Route defaults;
  const auto file = fixed(server, kKey, defaults.upstream_known_hosts);
  if (!file) return {};
  const auto list = fixed(server, "upstream_host", {}), port = fixed(server, "upstream_port", "22");
  const auto hosts = list ? config::hosts(*list) : Result<std::vector<Host>>{std::vector<Host>{}};
  const auto number = port ? config::port(*port) : Result<std::uint16_t>{Error{}};
  std::vector<config::Fault> faults;
  const auto add = [&](const Status& known) {
    if (!known)
      faults.push_back({server.at(), "server " + std::string{server.name()}, std::string{kKey}, known.error().what});
  };
  if (hosts->empty() || !number) {
    add(upstream::look_up(*file));
    return faults;
  }
  for (const Host& host : *hosts) add(upstream::look_up(*file, host.name, host.port.value_or(*number)));
  return faults;
}

}  // namespace pysshrp::connection
