#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config.h"

/// What upstream_root_path, upstream_sftp, sftp_access and allow_ssh are together.
namespace pysshrp::config {

/// Whether a root, as root_path() gives it, can be one where upstream_sftp is external. An Error where it is certain
/// from the text that it can hold startup files of the account; the session finds out about other roots.
Status check_root(std::string_view root);

/// The same of a server as it is written; nothing where its root depends on the user.
std::optional<std::string> lint_root(const Server& server);

/// What is allowed but may be no jail: a root that may be the login directory, and a shell beside a restriction of
/// SFTP.
std::vector<Fault> note_root(const Server& server);

}  // namespace pysshrp::config
