#pragma once
#include <span>
#include <string_view>

/// The files in an account's login directory that a login reads: of shells, sshd, PAM and others. Whoever can write one
/// can run programs as that account, or log in to it.
namespace pysshrp {

/// Their names below the login directory, in lower case. A directory's name includes everything in it.
std::span<const std::string_view> startup_files() noexcept;

/// Whether `path` is a startup file or is in a startup directory. Both are absolute and plain: no `.`, no `..`, no
/// `//`.
bool is_startup_file(std::string_view home, std::string_view path);

/// Whether a startup file can be at, in or above `path`: then moving something there may create one.
bool can_hold_startup_files(std::string_view home, std::string_view path);

/// Whether `path` is a startup file if some directory above it is a login directory.
bool is_startup_file_of_anybody(std::string_view path);

}  // namespace pysshrp
