#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Paths as text. Three kinds: the *client's* (`/` is the root, always in the form of confine()), the *upstream's*
/// (absolute; below the root that is one of its own), and what somebody typed. Bytes, no encoding; compared by
/// component.
namespace pysshrp::sftp {

/// What the client typed in his own view: absolute, no `.`, no `//`, and `..` stops at `/`.
std::string confine(std::string_view typed);
/// The same for a text that is relative to a folder of his.
std::string confine(std::string_view folder, std::string_view typed);

/// A path in the client's view as the upstream's: root and path.
std::string below(std::string_view root, std::string_view path);
/// An absolute path that needs no resolving to be read: no `.`, no `..`, no `//`, no slash at the end, no NUL.
bool is_plain(std::string_view path);
/// The client's view of a plain path of the upstream; nothing when it is outside the root.
std::optional<std::string> view(std::string_view root, std::string_view path);

std::string_view parent(std::string_view path);  ///< of a plain path; `/` for `/`
std::string_view last(std::string_view path);    ///< its last component
/// A plain path and its parents up to the root, which is not among them, from the top.
std::vector<std::string> steps(std::string_view root, std::string_view path);

/// What is shown for the target of a link that leads outside the root: tar, cp -a and rsync must be able to read one.
inline constexpr std::string_view kNowhere = "/nonexistent";

/// A symbolic link to be made in `folder` (upstream's, resolved) with a target as the client typed it: the target to
/// store. Nothing when it is relative and leaves the root. Relative ones with `..` become absolute: a folder that holds
/// one may be moved, and then it leaves, and no look before or after the RENAME is sure to see it in time. All do where
/// the upstream does not keep them as they are sent. `/./` then stands behind the folder that they are relative to, by
/// which view_of_target() knows what the client has typed.
std::optional<std::string> target_to_store(std::string_view root, std::string_view folder, std::string_view target,
                                           bool keeps_relative = true);
/// Where a target that is stored already leads from `folder`, as the upstream's path; nothing unless that is inside for
/// sure.
std::optional<std::string> end_of(std::string_view root, std::string_view folder, std::string_view target);
/// A stored target as the client may see it; nothing when it is outside.
std::optional<std::string> view_of_target(std::string_view root, std::string_view folder, std::string_view target);

}  // namespace pysshrp::sftp
