#include "auth/offer.h"

namespace pysshrp::auth {
namespace {

bool takes_passwords(const Stored& stored) noexcept {
  return proves_by_password(stored) || upstream_judges(stored);
}

}  // namespace

Offer offer_of(const config::Config& config) {
  const bool has_files = !config.settings().routes_dir.empty();
  Offer offer = has_files ? offer_of(Stored{config}) : Offer{false, false, false};
  for (const auto& server : config.servers()) offer = offer | offer_of(Stored{server});
  // Of nothing at all a client would make out that nobody can log in.
  offer.password |= !offer.publickey;
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
