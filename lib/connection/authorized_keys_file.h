#pragma once
#include <string>

#include "base/result.h"

namespace pysshrp::connection {

/// The text of a file with the public keys of clients. One that anybody could write to is an Error.
Result<std::string> read_authorized_keys(const std::string& file);

}  // namespace pysshrp::connection
