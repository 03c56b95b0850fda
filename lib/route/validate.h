#pragma once
#include <string_view>

#include "base/result.h"
#include "config/keys.h"

/// What a client typed, checked before it becomes part of anything.
namespace pysshrp::route {

/// A user name that may be looked up: 255 bytes at most, valid UTF-8 (RFC 4252 section 5), no control characters.
Status validate_user_name(std::string_view name);

/// Checks a capture before it lands in a value.
using Validator = Status (*)(std::string_view capture);

/// For values whose whole text is checked by its own parser after expansion.
Status validate_text(std::string_view capture);

/// For upstream_host: no more than a part of one host, or an IP address.
Status validate_host_part(std::string_view capture);

/// For lists, which are parted after expansion: no more than a part of one item.
Status validate_list_item(std::string_view capture);

/// For paths: one plain component, neither empty nor `.` nor `..`, without `/` and control characters.
Status validate_path_component(std::string_view capture);

/// For the values of such a key.
Validator validator_of(config::Capture capture) noexcept;

}  // namespace pysshrp::route
