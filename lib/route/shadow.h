#pragma once
#include <string_view>

namespace pysshrp::route {

/// Whether every name that the pattern `later` matches is matched by `earlier` too, as far as their texts tell: true is
/// certain, false is not.
bool covers(std::string_view earlier, std::string_view later) noexcept;

}  // namespace pysshrp::route
