#pragma once
#include <string>

namespace pysshrp::connection {

/// The libraries in use, a line each.
std::string library_versions();

}  // namespace pysshrp::connection
