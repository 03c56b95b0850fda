#include "connection/explain.h"

#include <sysexits.h>

#include <span>

#include "auth/auth_methods.h"
#include "route/route.h"

namespace pysshrp::connection {
namespace {

std::string line(std::string_view key, std::string_view value) {
  return std::string{key} + ": " + std::string{value} + '\n';
}

std::string listed(std::span<const std::string> names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + std::string{name};
  return list;
}

Explanation faulty(std::span<const config::Fault> faults) {
  std::string text;
  for (const auto& fault : faults) text += fault.text() + '\n';
  return {std::move(text), EX_CONFIG};
}

/// A name that nobody has is repeated: `foo@garbage` is one, since what follows its `@` is no address.
Explanation refused(const route::Refusal& refusal, const UserName& user) {
  if (!refusal.faults.empty()) return faulty(refusal.faults);
  const bool unknown = refusal.why == route::Refusal::Why::unknown;
  return {line("refused", unknown ? "no server has the user '" + user.text() + '\'' : refusal.what), 1};
}

Explanation routed(const route::Route& route) {
  std::string text = line("server", route.server) + line("defined", route.defined.text()) + line("match", route.match);
  for (const auto& [key, value] : route::explain(route)) text += line(key, value);
  return {text + line("login", listed(auth::names_of(auth::methods_of(route)))), 0};
}

}  // namespace

Who read_who(std::string_view who) {
  const auto at = who.rfind('@');
  const auto source = at == who.npos ? std::nullopt : Address::parse(who.substr(at + 1));
  if (source) return {UserName{std::string{who.substr(0, at)}}, source};
  return {UserName{std::string{who}}, {}};
}

Explanation explain(const config::Config& config, std::string_view who) {
  if (!config.faults().empty()) return faulty(config.faults());
  const auto [user, source] = read_who(who);
  const auto found = route::find(config, user, source);
  const auto* const route = std::get_if<route::Route>(&found);
  return route ? routed(*route) : refused(*std::get_if<route::Refusal>(&found), user);
}

}  // namespace pysshrp::connection
