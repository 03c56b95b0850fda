#pragma once
#include <string>

namespace pysshrp {

/// Why `file` could not be opened for reading, in strerror(3)'s words; `error` is errno. For EACCES also which user,
/// and the commands that help.
std::string why_unreadable(const std::string& file, int error);

/// The same for writing or creating `file`.
std::string why_unwritable(const std::string& file, int error);

}  // namespace pysshrp
