#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/named.h"
#include "base/network.h"
#include "config/config.h"
#include "config/values.h"
#include "route/pattern.h"

namespace pysshrp::route {

using config::Forwarding;
using config::HostKeyCheck;
using config::ProxyProtocol;
using config::UpstreamOrder;

/// A key of a [server] that holds no secret, with the user's captures expanded.
struct RouteText {
  std::uint8_t key = 0;  ///< its place in config::keys()
  std::string text;
};

/// Where one user goes and what is allowed there: a [server] with the user's captures expanded and every text read.
/// There is at least one upstream_host.
struct Route : config::ServerValues {
  std::string server;            ///< the section's name
  config::Place defined;         ///< where the section stands
  std::string match;             ///< `exact`, `pattern PATTERN`, `routes_dir FILE`
  std::vector<RouteText> texts;  ///< what it has been read from, as far as that holds no secret
};

/// Why somebody is not routed. The client is told nothing of it; the record says `what`, or the faults.
struct Refusal {
  enum class Why {
    unknown,  ///< no server has this user
    source,   ///< the user's server does not admit the address he comes from
    unsafe,   ///< what he typed is no user name, must not become a host, a port or a path, or is too much for a pattern
    faulty    ///< the server that would be his has faults, or a pattern before it has
  };
  Why why;
  std::string what;
  std::string server;  ///< the section, where there is one
  std::vector<config::Fault> faults;
};

using Found = std::variant<Route, Refusal>;

/// What the configuration's names and patterns say to a user name.
struct Matches {
  /// Of the first pattern that did not just say no.
  struct ByPattern {
    const config::Server* server;
    std::optional<Pattern> pattern;  ///< it matches
    Captures captures;
    std::string broken,
        undecided;  ///< or it cannot be compiled, or cannot validate this name; a server without a user: all empty
  };
  const config::Server* exact = nullptr;
  std::optional<ByPattern> by_pattern;
  std::size_t compared = 0, tried = 0;  ///< exact names, and patterns
};

/// Holds the name against every exact name and every pattern, whether one has it already or not, so that the time it
/// takes does not tell who exists. Only a pattern that cannot validate this name is the last to be tried: many of them
/// would take too long, and they take it for whoever has the name.
Matches match_all(const config::Config& config, const UserName& user);

/// The route of a user. Exact names beat patterns, the first pattern that matches wins. `source` is nothing when the
/// client has no address (a socket pair): only servers without `from` admit it.
/// `matches` is what match_all() has found.
Found find(const config::Config& config, const UserName& user, const std::optional<Address>& source, Matches matches);
/// The same with match_all().
Found find(const config::Config& config, const UserName& user, const std::optional<Address>& source);

/// The route of `user` again, from its texts, for a process that must not know the secrets. An Error for other texts.
Result<Route> read(const std::vector<RouteText>& texts, const UserName& user);

/// The keys of the route with their values, in the order of the configuration's table, secrets as `set`: what --explain
/// prints.
std::vector<std::pair<std::string, std::string>> explain(const Route& route);

/// What is wrong in the configuration's patterns and captures, for --check.
std::vector<config::Fault> lint(const config::Server& server);

/// Patterns that are never reached, as an earlier one takes all that they are for: for --check, and no faults.
std::vector<config::Fault> notes(const config::Config& config);

}  // namespace pysshrp::route
