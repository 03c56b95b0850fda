#pragma once
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "route/route.h"

/// Short ways to ask for the route of a user by the text of a configuration.
namespace pysshrp::route {

using Why = Refusal::Why;

inline Found ask(const config::Config& config, const std::string& user, const char* source) {
  for (const auto& fault : config.faults()) ADD_FAILURE() << fault.text();
  return find(config, UserName{user}, source ? Address::parse(source) : std::nullopt);
}

inline Route found(std::string_view file, const std::string& user, const char* source = nullptr) {
  auto result = ask(config::Config::parse("pysshrp.ini", file), user, source);
  if (auto* route = std::get_if<Route>(&result)) return std::move(*route);
  const auto* refusal = std::get_if<Refusal>(&result);
  ADD_FAILURE() << user << ": " << refusal->what
                << (refusal->faults.empty() ? "" : ": " + refusal->faults.front().text());
  return {};
}

inline Refusal refused(std::string_view file, const std::string& user, const char* source = nullptr) {
  auto result = ask(config::Config::parse("pysshrp.ini", file), user, source);
  if (auto* refusal = std::get_if<Refusal>(&result)) return std::move(*refusal);
  ADD_FAILURE() << user << " is routed to " << std::get_if<Route>(&result)->server;
  return {};
}

}  // namespace pysshrp::route
