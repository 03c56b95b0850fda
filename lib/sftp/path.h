#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Paths as text, of three kinds: the *client's* (`/` is the root; always as confine() returns them), the *upstream's*
/// (absolute), and paths as sent. They are bytes without an encoding, and are compared by component.
namespace pysshrp::sftp {

/// A path as sent, in the client's view: absolute, no `.`, no `//`; `..` stops at `/`.
std::string confine(std::string_view typed);
/// The same for a path that is relative to a folder in the client's view.
std::string confine(std::string_view folder, std::string_view typed);

/// Converts the client's path to the upstream's: root + path.
std::string below(std::string_view root, std::string_view path);
/// Whether a path is absolute and normal: no `.`, no `..`, no `//`, no slash at the end, no NUL.
bool is_plain(std::string_view path);
/// Converts the upstream's plain path to the client's; nothing if it is outside the root.
std::optional<std::string> view(std::string_view root, std::string_view path);

std::string_view parent(std::string_view path);  ///< of a plain path; `/` for `/`
std::string_view last(std::string_view path);    ///< its last component
/// A plain path and its parents below the root, top down.
std::vector<std::string> steps(std::string_view root, std::string_view path);

/// Shown as the target of a link that leads outside the root. Not an error, because tar, cp -a and rsync would stop.
inline constexpr std::string_view kNowhere = "/nonexistent";

/// The target to store for a new symbolic link in `folder` (the upstream's path, resolved). Nothing if the target is
/// relative and leaves the root. A relative target with `..` is stored as an absolute one: moving its folder could make
/// it escape the root, and no check around the RENAME could reliably prevent that. If the upstream does not keep
/// relative targets, all are stored as absolute ones. `/./` then marks the folder that the target was relative to, so
/// that view_of_target() can show what the client sent.
std::optional<std::string> target_to_store(std::string_view root, std::string_view folder, std::string_view target,
                                           bool keeps_relative = true);
/// Where a stored target leads from `folder`, as the upstream's path; nothing unless it is certainly inside the root.
std::optional<std::string> end_of(std::string_view root, std::string_view folder, std::string_view target);
/// A stored target as the client may see it; nothing if it is outside the root.
std::optional<std::string> view_of_target(std::string_view root, std::string_view folder, std::string_view target);

}  // namespace pysshrp::sftp
