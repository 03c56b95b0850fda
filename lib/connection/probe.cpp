#include "connection/probe.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "auth/fingerprint.h"
#include "auth/key_blob.h"
#include "base/deadline.h"
#include "base/host.h"
#include "base/result.h"
#include "base/userauth.h"
#include "connection/server_settings.h"
#include "monitor/certify.h"
#include "route/order.h"
#include "route/route.h"
#include "ssh/library.h"
#include "ssh/openssl.h"
#include "ssh/wait.h"
#include "upstream/host_key.h"
#include "upstream/upstream.h"
#include "upstream/user_auth.h"

namespace pysshrp::connection {
namespace {

using upstream::HostKeyStatus;

constexpr int kNoStop = -1;  // a signal ends us as it ends any command

std::string line(std::string_view key, std::string_view value) {
  return std::string{key} + ": " + std::string{value} + '\n';
}

/// The answer to what `asks` asks once there is a connection. AuthPending: it is `until`.
template <class Ask>
AuthResult answer_to(Ask asks, upstream::UserAuth& login, TimePoint until) {
  upstream::Upstream& upstream = login.upstream();
  for (;;) {
    const TimePoint now = Clock::now();
    auto connected = login.connect(now);
    AuthResult result = connected ? *std::move(connected) : asks();
    if (!is_pending(result) || now >= until) return result;
    const TimePoint both = std::min(upstream.deadline(), until);
    if (upstream.joined())
      ssh::wait({{&upstream.session()}}, {}, kNoStop, both);
    else
      ssh::wait({}, upstream.waits_for(), kNoStop, both);
  }
}

std::string addresses(const upstream::Dialled& dialled, bool connected) {
  std::string text;
  for (const auto& [address, why] : dialled.failures) text += line("address", address + ": " + why);
  return text + (connected ? line("address", dialled.address + ": connected") : "");
}

std::string verdict(HostKeyStatus status, const route::Route& route) {
  const std::string& file = route.upstream_known_hosts;
  const bool insecure = route.upstream_host_key_check == route::HostKeyCheck::insecure;
  const std::string anyway = insecure ? "; insecure: accepted all the same" : "";
  switch (status) {
    case HostKeyStatus::pinned:
      return "good, it is in upstream_host_key";
    case HostKeyStatus::not_pinned:
      return "bad, it is not in upstream_host_key";
    case HostKeyStatus::known:
      return "good, it is in " + file;
    case HostKeyStatus::changed:
      return "bad, " + file + " has another one" + anyway;
    case HostKeyStatus::revoked:
      return "bad, it is revoked in " + file;
    case HostKeyStatus::unknown:
      break;
  }
  const bool recorded = route.upstream_host_key_check == route::HostKeyCheck::accept_new;
  return "unknown, " + file + " has none" + (recorded ? "; accept-new: the next login records it" : anyway);
}

/// What it showed, what that is worth, and what to do about it.
std::string host_key(upstream::Upstream& upstream, const route::Route& route) {
  const auto shown = upstream.session().server_key();
  if (!shown) return {};
  const auto checked = upstream::check_host_key(*shown, route, upstream.host().name, upstream.port());
  if (!checked) return {};
  const auto& [key, status, not_used] = *checked;
  std::string text =
      line("host_key", key.type + ' ' + auth::fingerprint(key)) + line("verdict", verdict(status, route));
  if (status != HostKeyStatus::unknown) return text;
  const std::string add = upstream::known_hosts_line(key, upstream.host().name, upstream.port());
  return text + line("add", add.substr(0, add.find('\n'))) +
         line("to", route.upstream_known_hosts + ", after you have compared the fingerprint");
}

struct ProbeResult {
  std::string text;
  bool good;
};

/// Whether the upstream would take what upstream_ca_key certifies. Nobody logs in: it is only shown.
ProbeResult certificate(upstream::UserAuth& login, const route::Route& route, std::string_view who,
                        const Endpoint& client, TimePoint until) {
  const bool tells_client = route.upstream_proxy_protocol != route::ProxyProtocol::off;
  const auto seen_from = tells_client ? client.address : local_address(login.session().fd());
  const auto key = monitor::certify(route, {std::string{who}, "probe", "probe", {}, seen_from});
  if (!key) return {line("certificate", key.error().what), false};
  const auto shown = auth::key_of_blob(key->blob());
  const auto name = shown ? auth::certificate_name(*shown) : std::nullopt;
  if (!name) return {line("certificate", "cannot be read"), false};
  const AuthResult result = answer_to([&] { return login.query_key(*shown); }, login, until);
  const std::string one = "one of CA " + name->authority + " for " + route.upstream_user.text();
  return std::visit(
      Cases{[&](const AuthSuccess&) -> ProbeResult {
              return {line("certificate", "good, " + one + " is accepted"), true};
            },
            [&](const AuthFailure&) -> ProbeResult {
              return {line("certificate", "bad, " + one + " is not accepted") +
                          line("trust", "ssh-keygen -y -f " + route.upstream_ca_key +
                                            ", in the upstream's TrustedUserCAKeys, for the principals above"),
                      false};
            },
            [&](const AuthError& error) -> ProbeResult {
              return {line("failed", error.record), false};
            },
            [&](const auto&) -> ProbeResult {
              return {line("failed", "no answer to " + one + " within login_grace_time"), false};
            }},
      result);
}

/// The only host of the route, for as long as a login may take.
ProbeResult ask(const route::Route& route, const config::Settings& settings, std::string_view who,
                const Endpoint& client) {
  const ssh::Algorithms algorithms = algorithms_of(settings);
  upstream::LocalConnector connector{route, upstream::UpdateKnownHosts::no};
  upstream::UserAuth login{route, algorithms, client, connector, nullptr};
  upstream::Upstream& upstream = login.upstream();
  const TimePoint until = Clock::now() + settings.login_grace_time;
  // AuthFailure: the methods are known. AuthSuccess: it lets everybody in.
  const AuthResult result = answer_to([&] { return login.none(); }, login, until);
  std::string text = line("host", upstream.where()) + addresses(upstream.dialled(), upstream.connected());
  if (upstream.joined()) text += host_key(upstream, route);
  return std::visit(Cases{[&](AuthPending) -> ProbeResult {
                            return {text + line("failed", "no list of methods within login_grace_time"), false};
                          },
                          [&](const AuthError& error) -> ProbeResult {
                            return {text + line("failed", error.record), false};
                          },
                          [&](AuthSuccess) -> ProbeResult {
                            return {text + line("methods", "none, it lets everybody in"), true};
                          },
                          [&](const auto&) -> ProbeResult {
                            text += line("methods", comma_separated(login.methods()));
                            if (route.upstream_ca_key.empty()) return {text, true};
                            auto [more, good] = certificate(login, route, who, client, until);
                            return {text + more, good};
                          }},
                    result);
}

}  // namespace

Explanation probe(const config::Config& config, std::string_view who) {
  ssh::prepare_openssl();  // both as when it serves
  ssh::set_library_log(nullptr);
  Explanation explanation = explain(config, who);
  if (explanation.status != 0) return explanation;
  const auto [user, source] = read_who(who);
  auto found = route::find(config, user, source);
  auto* const route = std::get_if<route::Route>(&found);
  if (!route) return explanation;  // it has changed its mind: the file of routes_dir is another one
  for (const Host& host : route::in_order(*route, user, source, 0)) {
    route->upstream_host = {host};
    const auto [text, good] = ask(*route, config.settings(), user.text(), {source, 0});
    explanation.text += text;
    if (!good) explanation.status = 1;
  }
  return explanation;
}

}  // namespace pysshrp::connection
