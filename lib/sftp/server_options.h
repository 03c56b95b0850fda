#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sftp/rules.h"

namespace pysshrp::sftp {

/// What the options of a forced internal-sftp leave of SFTP.
struct ServerOptions {
  bool read_only = false;                           ///< -R
  std::optional<std::vector<std::string>> allowed;  ///< -p: requests, by their names in sftp-server(8); nothing: all
  std::vector<std::string> denied;                  ///< -P
  std::string directory;  ///< -d: where relative paths start, as written; empty: where they do without it

  bool any() const noexcept { return read_only || allowed || !denied.empty() || !directory.empty(); }
  bool permits(const Rule& rule) const;
  /// The directory with its tokens expanded: `account` is %u, and %d, the login directory, is what relative paths are
  /// relative to.
  std::string start_directory(std::string_view account) const;
};

/// Whether sshd serves this forced command by its own SFTP server.
bool is_internal_sftp(std::string_view command) noexcept;

/// Reads the arguments of such a command as sftp-server(8) does: flags may stand together, a value in its option's word
/// or in the next one. What is not honoured here is an Error, which names the option: it may be one that takes rights
/// away.
Result<ServerOptions> parse_server_options(std::string_view command);

}  // namespace pysshrp::sftp
