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

/// What everybody is offered, so that a stranger meets the same as a known user. What the files of routes_dir need
/// nobody knows without reading all of them: with it, everything.
Offer offer_of(const config::Config& config);

/// What one route can honestly serve.
Offer offer_of(const Stored& stored) noexcept;

/// The names of the methods (RFC 4252, RFC 4256), in order. They live as long as the program.
std::vector<std::string_view> methods(const Offer& offer);

}  // namespace pysshrp::auth
