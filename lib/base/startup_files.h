#pragma once
#include <span>
#include <string_view>

/// The files in an account's login directory that its login reads: those of shells, sshd, PAM and others. Whoever can
/// write one of them can run a program as that account, or log in to it.
namespace pysshrp {

/// Their names below the login directory, in lower case. The name of a directory stands for all that is in it.
std::span<const std::string_view> startup_files() noexcept;

/// Whether `path` is one of them or is in one of them. Both are absolute and plain: no `.`, no `..`, no `//`.
bool is_startup_file(std::string_view home, std::string_view path);

/// Whether one of them can be at `path`, in it or above it: whoever moves something there may make one.
bool can_hold_startup_files(std::string_view home, std::string_view path);

/// Whether `path` is one of them for a login directory somewhere above it.
bool is_startup_file_of_anybody(std::string_view path);

}  // namespace pysshrp
