#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host.h"
#include "base/level.h"
#include "base/named.h"
#include "base/network.h"
#include "base/result.h"
#include "base/sftp_policy.h"

/// What the texts of values mean. Every Error quotes the text and says what was expected, so none of these may read a
/// secret.
namespace pysshrp::config {

/// How the upstream's host key is checked.
enum class HostKeyCheck { strict, accept_new, insecure };

/// Which TCP/IP forwarding is allowed: `local` as for ssh -L, `remote` as for ssh -R.
enum class Forwarding { no, local, remote, yes };
/// In which order the hosts of a server are tried.
enum class UpstreamOrder { ordered, random, hash_user, hash_source };

/// How the upstream is told who the client is.
enum class ProxyProtocol { off, v1, v2 };

Result<bool> boolean(std::string_view text);                   ///< yes/no, true/false, on/off, 1/0 in any case
Result<std::chrono::seconds> duration(std::string_view text);  ///< `90`, `90s`, `2min`, `1h30m`; 1 s to 24 h
Result<std::optional<std::chrono::seconds>> duration_or_off(std::string_view text);
Result<std::uint16_t> port(std::string_view text);  ///< 1-65535
Result<Level> level(std::string_view text);         ///< Python's names, and `notice`, in any case
/// A name of RFC 1123 labels, perhaps with a dot at its end, an IPv4 address, or an IPv6 address without brackets,
/// which is not link-local.
Result<HostName> host(std::string_view text);
/// A comma-separated list of `host[:port]`, an IPv6 address in brackets; or one IPv6 address without.
Result<std::vector<Host>> hosts(std::string_view text);
Result<UpstreamOrder> upstream_order(std::string_view text);
Result<ProxyProtocol> proxy_protocol(std::string_view text);
Result<Address> address(std::string_view text);  ///< not link-local
Result<HostKeyCheck> host_key_check(std::string_view text);
Result<Forwarding> forwarding(std::string_view text);
Result<SftpAccess> sftp_access(std::string_view text);
Result<SftpSymlinks> sftp_symlinks(std::string_view text);
Result<UpstreamSftp> upstream_sftp(std::string_view text);

Result<unsigned> auth_tries(std::string_view text);               ///< 1-100
Result<unsigned> channels(std::string_view text);                 ///< 1-10000
Result<std::optional<unsigned>> startups(std::string_view text);  ///< 1-4000 or off
Result<NetBlockSize> net_block_size(std::string_view text);  ///< `32`, `32:64`: leading bits, IPv4 0-32, IPv6 0-128

/// The items between the commas, without the spaces around them. At least one, none empty.
Result<std::vector<std::string>> list(std::string_view text);
/// Names of printable ASCII as RFC 4251 section 5 writes them, no spaces around the commas; perhaps with a `+` before
/// the first.
Result<std::string> name_list(std::string_view text);
Result<unsigned> rsa_bits(std::string_view text);               ///< 1024-16384
Result<std::vector<std::string>> paths(std::string_view text);  ///< a list of absolute paths
Result<std::vector<Network>> networks(std::string_view text);
Result<std::vector<HostKeyFingerprint>> fingerprints(std::string_view text);

Result<std::string> path(
    std::string_view text);  ///< an absolute path: what a handler's working directory is, nobody knows

/// A directory of the upstream, absolute or relative to the login directory (which is `.`), without `..`. What comes
/// back has no `.` and no empty components, so that it ends in `/` only when it is the upstream's `/`.
Result<std::string> root_path(std::string_view text);

/// A file of the upstream, absolute or relative to the login directory.
Result<std::string> upstream_file(std::string_view text);
Result<std::string> command(std::string_view text);  ///< for a shell of the upstream

/// A login name as UserName has it: 1-255 bytes, no control characters.
Result<UserName> user_name(std::string_view text);

}  // namespace pysshrp::config
