#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "route/route.h"
#include "route/validate.h"

namespace pysshrp::route {

/// What a key of a [server] is to a Route.
struct Key {
  std::string_view name;
  Validator capture;  ///< what may land in the value; nullptr: the value is taken as written, `\g<` means nothing in it
  Status (*read)(std::string_view text, Route& route);  ///< an Error leaves the route as it was
  bool is_secret;                                       ///< nobody but the monitor may know the value
  std::string (*show)(const Route& route);              ///< as one would write it; `set` for a secret; `none`, `any`
};

/// In the order of the configuration's table, without `user`.
std::span<const Key> keys() noexcept;

}  // namespace pysshrp::route
