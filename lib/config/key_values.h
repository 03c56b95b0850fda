#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/host.h"
#include "base/level.h"
#include "base/named.h"
#include "base/network.h"
#include "base/secret.h"
#include "base/sftp_policy.h"
#include "config/values.h"

/// What the keys say, as values. Each member is the key of its name, and has its default here; see keys.cpp.
namespace pysshrp::config {

/// [pysshrp].
struct Settings {
  std::vector<std::string>
      key;  ///< host key files; empty: ssh_host_*_key in $CREDENTIALS_DIRECTORY, else in /etc/pysshrp
  Level level = Level::info;
  std::string routes_dir;  ///< empty: none
  std::chrono::seconds login_grace_time{120};
  unsigned max_auth_tries = 6;
  std::optional<unsigned> max_startups = 256, per_source_max_startups = 32;  ///< nothing: off
  NetBlockSize per_source_net_block_size;
  unsigned max_channels = 128;
  std::optional<std::chrono::seconds> idle_timeout;  ///< nothing: off
  std::vector<Network> proxy_protocol;               ///< empty: no balancer is trusted
  /// Comma separated; empty: the modern set.
  std::string kex_algorithms, ciphers, macs, host_key_algorithms, public_key_algorithms;
};

/// A [server NAME].
struct ServerValues {
  std::vector<Host> upstream_host;  ///< mandatory
  std::uint16_t upstream_port = 22;
  UserName upstream_user{""};  ///< empty: the client's
  UpstreamOrder upstream_order = UpstreamOrder::ordered;
  std::chrono::seconds connect_timeout{10};
  std::optional<Address> upstream_bind;
  ProxyProtocol upstream_proxy_protocol = ProxyProtocol::off;
  std::string upstream_root_path;  ///< empty: no jail; else as config::root_path gives it
  UpstreamSftp upstream_sftp = UpstreamSftp::external;
  SftpAccess sftp_access = SftpAccess::read_write;
  SftpSymlinks sftp_symlinks = SftpSymlinks::inside;
  bool sftp_log = false;
  bool allow_ssh = true, allow_sftp = true;
  Forwarding allow_forwarding = Forwarding::yes;
  bool allow_agent = true, allow_x11 = true;
  std::vector<Network> from;  ///< empty: any
  std::optional<Secret> password, upstream_password;
  std::string authorized_keys;                                    ///< empty: none
  std::string trusted_user_ca_keys;                               ///< empty: none
  std::vector<std::string> authorized_principals;                 ///< empty: the client's user name
  std::string revoked_keys;                                       ///< empty: none
  std::string upstream_authorized_keys = ".ssh/authorized_keys";  ///< read with upstream_key
  std::string upstream_key, upstream_certificate;                 ///< empty: none
  std::string upstream_ca_key;                                    ///< empty: none
  std::vector<std::string> upstream_principals;                   ///< empty: upstream_user
  std::string upstream_certificate_command;                       ///< empty: by what is allowed
  bool upstream_certificate_source_address = false;
  bool upstream_agent = false;
  std::string upstream_known_hosts = "/etc/pysshrp/known_hosts";
  std::vector<HostKeyFingerprint> upstream_host_key;  ///< empty: none pinned
  HostKeyCheck upstream_host_key_check = HostKeyCheck::strict;
  /// As config::name_list gives them; empty: as for the clients, or the modern set.
  std::string upstream_kex_algorithms, upstream_ciphers, upstream_macs, upstream_host_key_algorithms,
      upstream_public_key_algorithms;
  unsigned upstream_rsa_min_bits = 2048;

  /// Whether the proxy logs in upstream with a key of its own.
  bool has_upstream_key() const noexcept { return !upstream_key.empty() || !upstream_ca_key.empty(); }
  /// What its certificates force; empty: nothing.
  std::string certificate_command() const;
};

}  // namespace pysshrp::config
