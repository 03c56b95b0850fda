#pragma once
namespace pysshrp {

/// What an SFTP client may do: `sftp_access`.
enum class SftpAccess { read_write, read_only, upload_only };

/// Which symbolic links below `upstream_root_path` are followed: `sftp_symlinks`. Those that stay inside the root, all,
/// or none.
enum class SftpSymlinks { inside, follow, deny };

/// How the upstream serves SFTP: `upstream_sftp`. `external`: the account's shell starts a program, and may read files
/// of the login directory first. `internal`: no shell is started.
enum class UpstreamSftp { external, internal };

}  // namespace pysshrp
