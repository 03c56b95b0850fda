#include "auth/offer.h"

namespace pysshrp::auth {
namespace {

bool takes_passwords(const Stored& stored) noexcept {
  return proves_by_password(stored) || upstream_judges(stored);
}

}  // namespace

Offer offer_of(const config::Config& config) {
  Offer everybodys{false, false, false};
  if (!config.settings().routes_dir.empty()) everybodys = offer_of(Stored{config});
  for (const auto& server : config.servers()) everybodys = everybodys | offer_of(Stored{server});
  // Of nothing at all a client would make out that nobody can log in.
  everybodys.password |= !everybodys.publickey;
  return everybodys;
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
