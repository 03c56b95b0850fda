#pragma once
namespace pysshrp {

/// What an SFTP client may do: `sftp_access`.
enum class SftpAccess { read_write, read_only, upload_only };

/// What becomes of symbolic links under `upstream_root_path`: `sftp_symlinks`. They are followed where they stay
/// inside, or wherever they lead, or never.
enum class SftpSymlinks { inside, follow, deny };

/// How the upstream serves SFTP: `upstream_sftp`. By a program that the account's shell starts, which may read files of
/// the login directory before; or so that no shell comes before it.
enum class UpstreamSftp { external, internal };

}  // namespace pysshrp
