// A user name as an attacker types it, routed by patterns that put it into a host, a port, a path and a user; and the
// same bytes as a host name.
#include <cstdint>
#include <string>

#include "route/route.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;

namespace {

constexpr std::string_view kConfig = R"(
[defaults]
upstream_host = a.lan
upstream_user = someone
[server exact]
user = root@a.lan
[server host]
user = ^h(.*)$
upstream_host = \1
[server part-of-a-host]
user = ^H(?P<part>.*)$
upstream_host = web\g<part>.example.lan
[server list]
user = ^l(.*)$
upstream_host = a\1.lan:2200, [::1]:22, b\1
[server port]
user = ^p(.*)$
upstream_port = \1
[server path]
user = ^k(.*)$
upstream_known_hosts = /k/\1
authorized_keys = /k/\1
upstream_key = /k/\1
[server root]
user = ^w(.*)$
upstream_root_path = /w/\1/
[server user]
user = ^u(.*)$
upstream_user = \1
[server slow]
user = ^s(a+)+$
[server same-user]
user = ^n.*
upstream_user = \g<0>\g<0>
)";

config::Config parse() {
  auto config = config::Config::parse("names.ini", kConfig);
  require(config.faults().empty());
  for (const auto& server : config.servers())
    require(config::lint(config, server).empty() && route::lint(server).empty());
  return config;
}

void require_safe(const route::Route& route, std::string_view user) {
  constexpr std::string_view kFolder = "/k/", kRoot = "/w/";
  require(user.size() <= 255 && std::none_of(user.begin(), user.end(),
                                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }));
  for (const Host& host : route.upstream_host) require(fuzz::is_safe_host(host.name.view()));
  require(route.upstream_host.size() == (route.server == "list" ? 3 : 1));
  if (route.server == "list")
    require(route.upstream_host[0].port == 2200 && route.upstream_host[1] == (Host{HostName{"::1"}, 22}) &&
            !route.upstream_host[2].port);
  require(route.upstream_port > 0);
  require(!route.upstream_user.view().empty());
  if (route.server == "path")
    for (const auto* path : {&route.upstream_known_hosts, &route.authorized_keys, &route.upstream_key})
      require(path->starts_with(kFolder) && fuzz::is_plain_component(std::string_view{*path}.substr(kFolder.size())));
  require((route.server == "root") == !route.upstream_root_path.empty() &&
          (route.server == "root") == !route.allow_ssh);
  if (route.server == "root")
    require(route.upstream_root_path.starts_with(kRoot) &&
            fuzz::is_plain_component(std::string_view{route.upstream_root_path}.substr(kRoot.size())));
  if (route.server == "part-of-a-host")
    require(route.upstream_host.front().name.view().starts_with("web") &&
            route.upstream_host.front().name.view().ends_with(".example.lan"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const config::Config config = parse();
  const std::string typed{reinterpret_cast<const char*>(data), size};
  const auto found = route::find(config, UserName{typed}, {});
  if (const auto* route = std::get_if<route::Route>(&found)) {
    require_safe(*route, typed);
  } else {
    const auto* refusal = std::get_if<route::Refusal>(&found);
    require(!refusal->what.empty() && refusal->why != route::Refusal::Why::faulty);
  }
  if (const auto host = config::host(typed)) require(fuzz::is_safe_host(host->view()));
  return 0;
}
