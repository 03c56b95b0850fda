#include "connection/known_hosts.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "config/keys.h"
#include "config/values.h"
#include "route/route.h"
#include "upstream/known_hosts.h"
#include "upstream/known_hosts_file.h"

namespace pysshrp::connection {
namespace {

/// Nothing where the user decides.
std::optional<std::string> fixed(const config::Server& server, std::string_view key, std::string without) {
  const auto* const entry = server.find(key);
  if (!entry) return without;
  if (config::has_captures(entry->value())) return {};
  return std::string{entry->value()};
}

/// Nothing: no file is asked. A pinned key is enough, and a check that is none has been said.
std::optional<config::HostKeyCheck> check_of(const config::Server& server) {
  if (server.find("upstream_host_key")) return {};
  const auto* const entry = server.find("upstream_host_key_check");
  const auto check = config::host_key_check(entry ? entry->value() : "strict");
  return check ? std::optional{*check} : std::nullopt;
}

/// Whether each host of the server has a key there.
std::vector<Status> look_up(const config::Server& server, const std::string& file, upstream::KnownHostsCheck& known) {
  const auto list = fixed(server, "upstream_host", {}), port = fixed(server, "upstream_port", "22");
  const auto hosts = list ? config::hosts(*list) : Result<std::vector<Host>>{std::vector<Host>{}};
  const auto number = port ? config::port(*port) : Result<std::uint16_t>{Error{}};
  std::vector<Status> found;
  if (hosts->empty() || !number) found.push_back(known.look_up(file));
  if (!number) return found;
  for (const Host& host : *hosts) found.push_back(known.look_up(file, host.name, host.port.value_or(*number)));
  return found;
}

constexpr std::string_view kKey = "upstream_known_hosts";

std::optional<std::string> file_of(const config::Server& server) {
  return fixed(server, kKey, route::Route{}.upstream_known_hosts);
}

}  // namespace

std::vector<config::Fault> check_known_hosts(const config::Server& server, upstream::KnownHostsCheck& known) {
  const auto check = check_of(server);
  const auto file = file_of(server);
  std::vector<Status> found;
  if (file && check == config::HostKeyCheck::strict) found = look_up(server, *file, known);
  if (file && check == config::HostKeyCheck::accept_new) found.push_back(upstream::check_appendable(*file));
  std::vector<config::Fault> faults;
  for (const Status& status : found)
    if (!status)
      faults.push_back({server.at(), "server " + std::string{server.name()}, std::string{kKey}, status.error().what});
  return faults;
}

// libssh takes no certificates of hosts, 0.12 neither.
std::vector<config::Fault> note_host_authorities(const config::Config& config) {
  std::set<std::string> seen;
  std::vector<config::Fault> notes;
  for (const config::Server& server : config.servers()) {
    const auto file = file_of(server);
    if (!file || !seen.insert(*file).second) continue;
    const auto known = upstream::KnownHosts::read(*file);
    if (!known || known->first_authority() == 0) continue;
    notes.push_back({{*file, static_cast<unsigned>(known->first_authority())},
                     {},
                     {},
                     "note: @cert-authority lines are not used here: add each host's own key"});
  }
  return notes;
}

}  // namespace pysshrp::connection
