#include "route/route.h"

#include <algorithm>
#include <iterator>

#include "config/keys.h"
#include "config/root.h"
#include "config/text.h"
#include "route/expand.h"
#include "route/shadow.h"
#include "route/validate.h"

namespace pysshrp::route {
namespace {

using config::Config;
using config::Fault;
using config::Key;
using config::Server;

using Why = Refusal::Why;

/// The server that a user belongs to, and why.
struct Claim {
  const Server* server;            ///< of the configuration, or of `file`
  std::string match;               ///< as in Route
  std::optional<Pattern> pattern;  ///< nothing: an exact name
  Captures captures;
  std::optional<Config> file;  ///< the user's own of routes_dir
};
using Claimed = std::variant<Claim, Refusal>;

std::string section(const Server& server) {
  return "server " + std::string{server.name()};
}

std::vector<Fault> operator+(std::vector<Fault> some, std::vector<Fault> more) {
  std::move(more.begin(), more.end(), std::back_inserter(some));
  return some;
}

/// Where there is no pattern a value with `\1` is as final as any other.
Status check_value(const Key& key, std::string_view text, const std::optional<Pattern>& pattern) {
  if (pattern) return check_references(text, *pattern);
  PYSSHRP_TRY(check_no_reference(text));
  return config::has_captures(text) ? key.check(text) : Status{};
}

/// What is wrong with the values that may refer to a pattern's groups.
std::vector<Fault> lint_references(const Server& server, const std::optional<Pattern>& pattern) {
  std::vector<Fault> faults;
  for (const Key& key : config::keys()) {
    const auto* const entry = key.capture != config::Capture::none ? server.find(key.name) : nullptr;
    if (!entry) continue;
    if (auto status = check_value(key, entry->value(), pattern); !status)
      faults.push_back({entry->place(), section(server), std::string{key.name}, std::move(status).error().what});
  }
  return faults;
}

Refusal faulty(std::string what, const Server& server, std::vector<Fault> faults) {
  return {Why::faulty, std::move(what), std::string{server.name()}, std::move(faults)};
}

Refusal unsafe(Error error, const Server& server) {
  return {Why::unsafe, std::move(error).what, std::string{server.name()}, {}};
}

Claimed claim_by_file(Config file) {
  if (const auto faults = file.faults(); !faults.empty())
    return Refusal{Why::faulty, "the user's file in routes_dir has faults", {}, {faults.begin(), faults.end()}};
  const Server& server = file.servers().front();
  return Claim{&server, "routes_dir " + server.at().file, {}, {}, std::move(file)};
}

/// A pattern that is broken, or cannot decide, ends the search, so that nobody falls through to a server that was not
/// meant for him.
Claimed claim_by_pattern(const Config& config, Matches::ByPattern match) {
  const Server& server = *match.server;
  if (!match.undecided.empty()) return unsafe({std::move(match.undecided)}, server);
  if (!match.broken.empty())
    return faulty("a pattern before any match is broken", server, config::lint(config, server) + route::lint(server));
  if (!match.pattern) return faulty("a server before any match has no user", server, config::lint(config, server));
  return Claim{&server, "pattern " + match.pattern->text(), *std::move(match.pattern), std::move(match.captures), {}};
}

Claimed claim(const Config& config, const UserName& user, Matches matches) {
  if (matches.exact != nullptr) return Claim{matches.exact, "exact", {}, {}, {}};
  if (auto file = config.routes_file(user)) return claim_by_file(*std::move(file));
  if (matches.by_pattern) return claim_by_pattern(config, *std::move(matches.by_pattern));
  return Refusal{Why::unknown, "no server has this user", {}, {}};
}

/// Nothing where it says no.
std::optional<Matches::ByPattern> try_pattern(const Server& server, const UserName& user) {
  auto pattern = Pattern::compile(server.user()->value());
  if (!pattern) return Matches::ByPattern{&server, {}, {}, std::move(pattern).error().what, {}};
  auto captures = pattern->match(user.view());
  if (!captures) return Matches::ByPattern{&server, {}, {}, {}, std::move(captures).error().what};
  if (!*captures) return {};
  return Matches::ByPattern{&server, *std::move(pattern), **std::move(captures), {}, {}};
}

Status read(const Key& key, std::string_view text, Route& route) {
  PYSSHRP_TRY(key.read(text, route));
  if (!key.is_secret)
    route.texts.push_back({static_cast<std::uint8_t>(&key - config::keys().data()), std::string{text}});
  return {};
}

Status assign(const Key& key, std::string_view written, const Claim& claim, Route& route) {
  if (!claim.pattern || key.capture == config::Capture::none) return read(key, written, route);
  const auto expanded = PYSSHRP_TRY(expand(written, claim.captures, validator_of(key.capture)));
  return read(key, expanded.reveal(), route);
}

Result<Route> build(const Claim& claim, const UserName& user) {
  Route route;
  route.server = claim.server->name();
  route.defined = claim.server->at();
  route.match = claim.match;
  route.upstream_user = user;
  for (const Key& key : config::keys()) {
    const auto* const entry = key.read ? claim.server->find(key.name) : nullptr;
    if (!entry) continue;
    if (auto status = assign(key, entry->value(), claim, route); !status)
      return Error{std::string{key.name} + ": " + std::move(status).error().what};
  }
  if (route.upstream_root_path.empty() || route.upstream_sftp == UpstreamSftp::internal) return route;
  if (auto good = config::check_root(route.upstream_root_path); !good)  // by what was captured
    return Error{"upstream_root_path: " + std::move(good).error().what};
  return route;
}

bool admits(const Route& route, const std::optional<Address>& source) {
  const auto holds = [&](const Network& network) { return source && network.contains(*source); };
  return route.from.empty() || std::any_of(route.from.begin(), route.from.end(), holds);
}

}  // namespace

Matches match_all(const Config& config, const UserName& user) {
  Matches matches;
  if (!validate_user_name(user.view())) return matches;
  for (const Server& server : config.servers()) {
    const auto* const written = server.user();
    if (written && !is_pattern(written->value())) {
      ++matches.compared;
      if (written->value() == user.view() && matches.exact == nullptr) matches.exact = &server;
      continue;
    }
    if (written) ++matches.tried;
    auto match = written ? try_pattern(server, user) : Matches::ByPattern{&server, {}, {}, {}, {}};
    const bool gave_up = match && !match->undecided.empty();
    if (match && !matches.by_pattern) matches.by_pattern = std::move(match);
    if (gave_up) break;
  }
  return matches;
}

Found find(const Config& config, const UserName& user, const std::optional<Address>& source) {
  return find(config, user, source, match_all(config, user));
}

Found find(const Config& config, const UserName& user, const std::optional<Address>& source, Matches matches) {
  if (auto status = validate_user_name(user.view()); !status)
    return Refusal{Why::unsafe, std::move(status).error().what, {}, {}};
  auto claimed = claim(config, user, std::move(matches));
  if (auto* refusal = std::get_if<Refusal>(&claimed)) return std::move(*refusal);

  const Claim& mine = *std::get_if<Claim>(&claimed);
  const Server& server = *mine.server;
  auto faults = config::lint(mine.file ? *mine.file : config, server) + lint_references(server, mine.pattern);
  if (!faults.empty()) return faulty("the server has faults", server, std::move(faults));
  auto route = build(mine, user);
  if (!route) return unsafe(std::move(route).error(), server);
  if (admits(*route, source)) return *std::move(route);
  return Refusal{Why::source, (source ? source->text() : "an unknown address") + " is not in from", route->server, {}};
}

Result<Route> read(const std::vector<RouteText>& texts, const UserName& user) {
  Route route;
  route.upstream_user = user;
  for (const auto& [at, text] : texts) {
    const Key* const key = at < config::keys().size() ? &config::keys()[at] : nullptr;
    if (!key || !key->read || key->is_secret) return Error{"no such key"};
    PYSSHRP_TRY(read(*key, text, route));
  }
  if (route.upstream_host.empty()) return Error{"no host"};
  return route;
}

std::vector<std::pair<std::string, std::string>> explain(const Route& route) {
  std::vector<std::pair<std::string, std::string>> facts;
  for (const Key& key : config::keys()) {
    if (!key.show) continue;
    std::string value = key.show(route);
    facts.emplace_back(key.name, value.empty() ? std::string{key.nothing} : std::move(value));
  }
  return facts;
}

std::vector<Fault> lint(const Server& server) {
  const auto* const user = server.user();
  if (!user || !is_pattern(user->value())) return lint_references(server, {});
  auto pattern = Pattern::compile(user->value());
  if (!pattern) return {{user->place(), section(server), "user", std::move(pattern).error().what}};
  return lint_references(server, *std::move(pattern));
}

std::vector<Fault> notes(const Config& config) {
  std::vector<Fault> notes;
  for (auto later = config.servers().begin(); later != config.servers().end(); ++later) {
    const auto* const user = later->user();
    if (!user || !is_pattern(user->value())) continue;
    const auto first = std::find_if(config.servers().begin(), later, [&](const Server& other) {
      return other.user() && is_pattern(other.user()->value()) && covers(other.user()->value(), user->value());
    });
    if (first == later) continue;
    notes.push_back({user->place(), section(*later), "user",
                     "note: is never reached: " + config::in_quotes(first->user()->value()) + " of [" +
                         section(*first) + "] at " + first->at().text() +
                         " comes first and matches all its users: put this one before it"});
  }
  return notes;
}

}  // namespace pysshrp::route
