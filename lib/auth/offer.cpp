#include "auth/offer.h"

#include <algorithm>

namespace pysshrp::auth {
namespace {

bool takes_passwords(const Stored& stored) noexcept {
  return proves_by_password(stored) || upstream_judges(stored);
}

}  // namespace

Offer offer_of(const config::Config& config) {
  const auto servers = config.servers();
  const bool has_files = !config.settings().routes_dir.empty();
  const auto any = [&](bool (*holds)(const Stored&) noexcept) {
    return (has_files && holds(Stored{config})) ||
           std::any_of(servers.begin(), servers.end(), [&](const auto& server) { return holds(server); });
  };
  Offer offer{.publickey = any(proves_by_key), .keys_blindly = any(looks_keys_up_at_upstream)};
  // Of nothing at all a client would make out that nobody can log in.
  offer.password = any(takes_passwords) || !offer.publickey;
  return offer;
}

Offer operator|(const Offer& one, const Offer& other) noexcept {
  return {one.publickey || other.publickey, one.password || other.password, one.keys_blindly || other.keys_blindly};
}

Offer offer_of(const Stored& stored) noexcept {
  return {proves_by_key(stored), takes_passwords(stored), looks_keys_up_at_upstream(stored)};
}

std::vector<std::string_view> methods(const Offer& offer) {
  std::vector<std::string_view> names;
  if (offer.publickey) names.emplace_back("publickey");
  if (offer.password) names.insert(names.end(), {"keyboard-interactive", "password"});
  return names;
}

}  // namespace pysshrp::auth
