#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace pysshrp::ssh {

/// Silences libssh, which would write to stderr, or sends its warnings to `sink`. Once, before anything else here.
void set_library_log(std::function<void(std::string_view)> sink);

/// The version of libssh in use, and what it was built with: `0.10.6/openssl/zlib`.
std::string library_version();

}  // namespace pysshrp::ssh
