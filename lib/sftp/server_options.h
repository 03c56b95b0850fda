#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sftp/rules.h"

namespace pysshrp::sftp {

/// The restrictions of a forced internal-sftp's options.
struct ServerOptions {
  bool read_only = false;                           ///< -R
  std::optional<std::vector<std::string>> allowed;  ///< -p: requests, by their names in sftp-server(8); nothing: all
  std::vector<std::string> denied;                  ///< -P
  std::string directory;  ///< -d: where relative paths start, tokens not expanded; empty: no -d

  bool any() const noexcept { return read_only || allowed || !denied.empty() || !directory.empty(); }
  bool permits(const Rule& rule) const;
  /// The directory with its tokens expanded: %u is `account`. %d is the login directory, so it is removed: the result
  /// is relative to that.
  std::string start_directory(std::string_view account) const;
};

/// Whether this forced command is sshd's internal-sftp.
bool is_internal_sftp(std::string_view command) noexcept;

/// Parses the arguments of such a command like sftp-server(8): flags may be combined, and a value may follow in the
/// same word or in the next one. An option that is not supported here is an Error, because it may be a restriction.
Result<ServerOptions> parse_server_options(std::string_view command);

}  // namespace pysshrp::sftp
