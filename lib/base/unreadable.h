#pragma once
#include <string>

namespace pysshrp {

/// Why `file` could not be opened for reading, in strerror(3)'s words. After `Permission denied`: who may not, and what
/// to do about it.
std::string why_unreadable(const std::string& file, int error);

/// The same of writing to `file`, or making it.
std::string why_unwritable(const std::string& file, int error);

}  // namespace pysshrp
