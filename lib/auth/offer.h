#pragma once
#include <string_view>
#include <vector>

#include "auth/proof.h"
#include "config/config.h"

namespace pysshrp::auth {

/// What a login is offered.
struct Offer {
  bool publickey = false;
  bool password = true;       ///< and keyboard-interactive
  bool keys_blindly = false;  ///< any key is good enough to be asked for its signature, since only the upstream knows
};

/// What everybody is offered, so that a stranger meets the same as a known user: what any server needs. The files of
/// routes_dir are not read for it, but [defaults] stands for them.
Offer offer_of(const config::Config& config);

/// What either needs.
Offer operator|(const Offer& one, const Offer& other) noexcept;

/// What one route can honestly serve.
Offer offer_of(const Stored& stored) noexcept;

/// The names of the methods (RFC 4252, RFC 4256), in order. They live as long as the program.
std::vector<std::string_view> methods(const Offer& offer);

}  // namespace pysshrp::auth
