#include "route/route.h"

#include <algorithm>

#include "route/expand.h"
#include "route/keys.h"

namespace pysshrp::route {
namespace {

using config::Config;
using config::Fault;
using config::Server;

using Why = Refusal::Why;

/// The server that a user belongs to, and why.
struct Claim {
  const Server* server;  // of the configuration, or of `file`
  std::string match;               ///< as in Route
  std::optional<Pattern> pattern;  ///< nothing: an exact name
  Captures captures;
  std::optional<Config> file;  ///< the user's own of routes_dir
};
using Claimed = std::variant<Claim, Refusal>;

std::string section(const Server& server) { return "server " + std::string{server.name()}; }

std::vector<Fault> operator+(std::vector<Fault> some, std::vector<Fault> more) {
  std::move(more.begin(), more.end(), std::back_inserter(some));
  return some;
}

/// What is wrong with the references in a server's values. Without a pattern there is nothing to refer to.
std::vector<Fault> lint_references(const Server& server, const std::optional<Pattern>& pattern) {
  std::vector<Fault> faults;
  for (const Key& key : keys()) {
    const auto* const entry = key.capture ? server.find(key.name) : nullptr;
    if (!entry) continue;
    const Status status = pattern ? check_references(entry->value(), *pattern) : check_no_reference(entry->value());
    if (!status) faults.push_back({entry->place(), section(server), std::string{key.name}, status.error().what});
  }
  return faults;
}

bool is_for(const Server& server, std::string_view user) noexcept {
  return server.user() && !is_pattern(server.user()->value()) && server.user()->value() == user;
}

Claimed claim_by_file(Config file) {
  if (!file.faults().empty()) return Refusal{Why::faulty, "the user's file in routes_dir has faults", {}, {file.faults().begin(), file.faults().end()}};
  const Server& server = file.servers().front();
  return Claim{&server, "routes_dir " + server.at().file, {}, {}, std::move(file)};
}

/// Asks the patterns in file order up to the first that matches. One that is broken, or cannot decide, ends the search, so that
/// nobody falls through to a server that was not meant for him.
Claimed claim_by_pattern(const Config& config, const UserName& user) {
  for (const Server& server : config.servers()) {
    if (server.user() && !is_pattern(server.user()->value())) continue;
    const std::string name{server.name()};
    if (!server.user()) return Refusal{Why::faulty, "a server before any match has no user", name, config::lint(config, server)};

    auto pattern = Pattern::compile(server.user()->value());
    if (!pattern) return Refusal{Why::faulty, "a pattern before any match is broken", name, config::lint(config, server) + route::lint(config, server)};
    auto captures = pattern->match(user.view());
    if (!captures) return Refusal{Why::unsafe, captures.error().what, name, {}};
    if (*captures) return Claim{&server, "pattern " + pattern->text(), *std::move(pattern), **std::move(captures), {}};
  }
  return Refusal{Why::unknown, "no server has this user", {}, {}};
}

Claimed claim(const Config& config, const UserName& user) {
  const auto servers = config.servers();
  const auto exact = std::find_if(servers.begin(), servers.end(), [&](const Server& server) { return is_for(server, user.view()); });
  if (exact != servers.end()) return Claim{&*exact, "exact", {}, {}, {}};
  if (auto file = config.routes_file(user)) return claim_by_file(*std::move(file));
  return claim_by_pattern(config, user);
}

Status assign(const Key& key, std::string_view written, const Claim& claim, Route& route) {
  if (!claim.pattern || !key.capture) return key.read(written, route);
  const auto expanded = PYSSHRP_TRY(expand(written, claim.captures, key.capture));
  return key.read(expanded.reveal(), route);
}

Result<Route> build(const Claim& claim, const UserName& user) {
  Route route;
  route.server = claim.server->name();
  route.defined = claim.server->at();
  route.match = claim.match;
  route.upstream_user = user;
  for (const Key& key : keys()) {
    const auto* const entry = claim.server->find(key.name);
    if (!entry) continue;
    if (const auto status = assign(key, entry->value(), claim, route); !status) return Error{std::string{key.name} + ": " + status.error().what};
  }
  return route;
}

bool admits(const Route& route, const std::optional<Address>& source) {
  const auto holds = [&](const Network& network) { return source && network.contains(*source); };
  return route.from.empty() || std::any_of(route.from.begin(), route.from.end(), holds);
}

}  // namespace

Found find(const Config& config, const UserName& user, const std::optional<Address>& source) {
  if (auto status = judge_user_name(user.view()); !status) return Refusal{Why::unsafe, std::move(status).error().what, {}, {}};
  auto claimed = claim(config, user);
  if (auto* refusal = std::get_if<Refusal>(&claimed)) return std::move(*refusal);
  const Claim& mine = *std::get_if<Claim>(&claimed);
  const std::string name{mine.server->name()};

  if (auto faults = config::lint(mine.file ? *mine.file : config, *mine.server) + lint_references(*mine.server, mine.pattern); !faults.empty())
    return Refusal{Why::faulty, "the server has faults", name, std::move(faults)};
  auto route = build(mine, user);
  if (!route) return Refusal{Why::unsafe, std::move(route).error().what, name, {}};
  if (!admits(*route, source)) return Refusal{Why::source, (source ? source->text() : "an unknown address") + " is not in from", name, {}};
  return *std::move(route);
}

std::vector<std::pair<std::string, std::string>> explain(const Route& route) {
  std::vector<std::pair<std::string, std::string>> facts;
  for (const Key& key : keys()) facts.emplace_back(key.name, key.show(route));
  return facts;
}

std::vector<Fault> lint(const Config&, const Server& server) {
  const auto* const user = server.user();
  if (!user || !is_pattern(user->value())) return lint_references(server, {});
  auto pattern = Pattern::compile(user->value());
  if (!pattern) return {{user->place(), section(server), "user", std::move(pattern).error().what}};
  return lint_references(server, *std::move(pattern));
}

}  // namespace pysshrp::route
