#include "config/keys.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include "config/values.h"

namespace pysshrp::config {
namespace {

/// The check of a key is the parser of its value.
template <auto Read>
Status reads(std::string_view text) {
  if (auto value = Read(text); !value) return std::move(value).error();
  return {};
}

Status anything(std::string_view) {
  return {};
}

/// An exact name, or a pattern, which is lib/route's to compile.
Status user(std::string_view text) {
  return text.starts_with('^') ? Status{} : reads<user_name>(text);
}

constexpr bool kCaptures = true, kSecret = true;
constexpr std::string_view kNone = "none", kModern = "a modern set";

constexpr std::array<Key, 52> kKeys{{
    {"key", Where::pysshrp, reads<paths>, "ssh_host_*_key in $CREDENTIALS_DIRECTORY, else in /etc/pysshrp", !kCaptures,
     !kSecret, "host key files"},
    {"level", Where::pysshrp, reads<level>, "info", !kCaptures, !kSecret, "how much is logged"},
    {"include", Where::pysshrp, reads<list>, kNone, !kCaptures, !kSecret, "further files, as globs"},
    {"routes_dir", Where::pysshrp, reads<path>, kNone, !kCaptures, !kSecret, "a directory of <user>.ini"},
    {"login_grace_time", Where::pysshrp, reads<duration>, "2min", !kCaptures, !kSecret, "from accept to authenticated"},
    {"max_auth_tries", Where::pysshrp, reads<auth_tries>, "6", !kCaptures, !kSecret,
     "failed attempts, then disconnect"},
    {"max_startups", Where::pysshrp, reads<startups>, "256", !kCaptures, !kSecret,
     "connections that are not logged in"},
    {"per_source_max_startups", Where::pysshrp, reads<startups>, "32", !kCaptures, !kSecret,
     "the same, from one network"},
    {"per_source_net_block_size", Where::pysshrp, reads<net_block_size>, "32:64", !kCaptures, !kSecret,
     "how many leading bits of an address, IPv4 and IPv6, say which network it is of"},
    {"max_channels", Where::pysshrp, reads<channels>, "128", !kCaptures, !kSecret, "open channels in one connection"},
    {"idle_timeout", Where::pysshrp, reads<duration_or_off>, "off", !kCaptures, !kSecret,
     "nothing was sent for so long: the connection ends"},
    {"proxy_protocol", Where::pysshrp, reads<networks>, kNone, !kCaptures, !kSecret,
     "load balancers that say who the client is"},
    {"kex_algorithms", Where::pysshrp, reads<name_list>, kModern, !kCaptures, !kSecret, "key exchange methods"},
    {"ciphers", Where::pysshrp, reads<name_list>, kModern, !kCaptures, !kSecret, "ciphers"},
    {"macs", Where::pysshrp, reads<name_list>, kModern, !kCaptures, !kSecret, "message authentication codes"},
    {"host_key_algorithms", Where::pysshrp, reads<name_list>, kModern, !kCaptures, !kSecret, "host key signatures"},
    {"public_key_algorithms", Where::pysshrp, reads<name_list>, kModern, !kCaptures, !kSecret,
     "signatures of clients' keys"},

    {"user", Where::server, user, "mandatory", !kCaptures, !kSecret, "who is routed here"},
    {"upstream_host", Where::shared, reads<hosts>, "mandatory", kCaptures, !kSecret,
     "the server to log in to, or several"},
    {"upstream_port", Where::shared, reads<port>, "22", kCaptures, !kSecret, "its port"},
    {"upstream_user", Where::shared, reads<user_name>, "the client's user name", kCaptures, !kSecret,
     "the account there"},
    {"upstream_order", Where::shared, reads<upstream_order>, "ordered", !kCaptures, !kSecret,
     "in which order several hosts are tried"},
    {"connect_timeout", Where::shared, reads<duration>, "10s", !kCaptures, !kSecret, "for one address"},
    {"upstream_bind", Where::shared, reads<address>, kNone, !kCaptures, !kSecret, "local source address"},
    {"upstream_proxy_protocol", Where::shared, reads<proxy_protocol>, "off", !kCaptures, !kSecret,
     "tells the upstream who the client is"},
    {"upstream_root_path", Where::shared, reads<root_path>, kNone, kCaptures, !kSecret, "what SFTP clients see as /"},
    {"upstream_sftp", Where::shared, reads<upstream_sftp>, "external", !kCaptures, !kSecret,
     "whether a shell of the account comes before SFTP there"},
    {"sftp_access", Where::shared, reads<sftp_access>, "read-write", !kCaptures, !kSecret, "what SFTP clients may do"},
    {"sftp_symlinks", Where::shared, reads<sftp_symlinks>, "inside", !kCaptures, !kSecret,
     "where symbolic links below upstream_root_path may lead"},
    {"sftp_log", Where::shared, reads<boolean>, "no", !kCaptures, !kSecret, "one record for each file operation"},
    {"allow_ssh", Where::shared, reads<boolean>,
     "yes, but no with upstream_root_path or with an sftp_access that is not read-write", !kCaptures, !kSecret,
     "shell and exec"},
    {"allow_sftp", Where::shared, reads<boolean>, "yes", !kCaptures, !kSecret, "the sftp subsystem"},
    {"allow_forwarding", Where::shared, reads<forwarding>, "as allow_ssh", !kCaptures, !kSecret, "TCP/IP forwarding"},
    {"allow_agent", Where::shared, reads<boolean>, "as allow_ssh", !kCaptures, !kSecret, "agent forwarding"},
    {"allow_x11", Where::shared, reads<boolean>, "as allow_ssh", !kCaptures, !kSecret, "X11 forwarding"},
    {"from", Where::shared, reads<networks>, "any", !kCaptures, !kSecret, "source addresses that may log in"},
    {"password", Where::shared, anything, kNone, !kCaptures, kSecret, "local password, plain or crypt(3)"},
    {"authorized_keys", Where::shared, reads<path>, kNone, kCaptures, !kSecret, "the client's public keys, here"},
    {"upstream_authorized_keys", Where::shared, reads<upstream_file>, ".ssh/authorized_keys with upstream_key",
     kCaptures, !kSecret, "the client's public keys, on the upstream"},
    {"upstream_password", Where::shared, anything, "the client's", kCaptures, kSecret, "what to tell the upstream"},
    {"upstream_key", Where::shared, reads<path>, kNone, kCaptures, !kSecret, "private key to log in upstream with"},
    {"upstream_certificate", Where::shared, reads<path>, kNone, kCaptures, !kSecret, "its OpenSSH user certificate"},
    {"upstream_agent", Where::shared, reads<boolean>, "no", !kCaptures, !kSecret,
     "log in upstream with the client's agent"},
    {"upstream_known_hosts", Where::shared, reads<path>, "/etc/pysshrp/known_hosts", kCaptures, !kSecret,
     "known host keys"},
    {"upstream_host_key", Where::shared, reads<fingerprints>, kNone, kCaptures, !kSecret, "pinned host keys"},
    {"upstream_host_key_check", Where::shared, reads<host_key_check>, "strict", !kCaptures, !kSecret,
     "what an unknown host key gets"},
    {"upstream_kex_algorithms", Where::shared, reads<name_list>, "as kex_algorithms", !kCaptures, !kSecret,
     "key exchange methods of the upstream"},
    {"upstream_ciphers", Where::shared, reads<name_list>, "as ciphers", !kCaptures, !kSecret, "its ciphers"},
    {"upstream_macs", Where::shared, reads<name_list>, "as macs", !kCaptures, !kSecret,
     "its message authentication codes"},
    {"upstream_host_key_algorithms", Where::shared, reads<name_list>, "as host_key_algorithms", !kCaptures, !kSecret,
     "its host key signatures"},
    {"upstream_public_key_algorithms", Where::shared, reads<name_list>, kModern, !kCaptures, !kSecret,
     "signatures to log in there with"},
    {"upstream_rsa_min_bits", Where::shared, reads<rsa_bits>, "2048", !kCaptures, !kSecret,
     "the smallest RSA key, its and ours"},
}};

/// What the Python original had in [pysshrp].
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMoved{
    {{"listen", "belongs to the socket unit now: ListenStream=, see 'systemctl edit pysshrp.socket'"},
     {"user", "belongs to the service unit now: User=, see 'systemctl edit pysshrp@.service'"},
     {"group", "belongs to the service unit now: Group=, see 'systemctl edit pysshrp@.service'"}}};

bool stands_in(const Key& key, Where section) noexcept {
  return key.where == section || (section == Where::server && key.where == Where::shared);
}

/// The number of characters to change, add or leave out to make `b` of `a` (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

std::string_view title(Where where) noexcept {
  return where == Where::pysshrp ? "[pysshrp]" : "[server NAME]";
}

}  // namespace

std::span<const Key> keys() noexcept {
  return kKeys;
}

const Key* find_key(Where section, std::string_view name) noexcept {
  const auto key =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& k) { return k.name == name && stands_in(k, section); });
  return key == kKeys.end() ? nullptr : &*key;
}

bool is_list(const Key& key) noexcept {
  constexpr Status (*kLists[])(std::string_view) = {reads<list>,     reads<paths>, reads<name_list>,
                                                    reads<networks>, reads<hosts>, reads<fingerprints>};
  return std::find(std::begin(kLists), std::end(kLists), key.check) != std::end(kLists);
}

std::string explain_unknown(Where section, std::string_view name) {
  for (const auto& [moved, where] : kMoved)
    if (section == Where::pysshrp && moved == name) return std::string{where};
  for (const auto& key : kKeys)
    if (key.name == name) return "belongs in " + std::string{title(key.where)};
  std::string_view nearest;
  auto least = std::string_view::npos;
  for (const auto& key : kKeys) {
    if (!stands_in(key, section)) continue;
    const bool is_its_end = key.name.ends_with('_' + std::string{name});  // port, host, known_hosts
    if (const auto far = is_its_end ? 0 : distance(name, key.name); far < least) {
      least = far;
      nearest = key.name;
    }
  }
  return "unknown key, the nearest known one is " + std::string{nearest};
}

bool has_captures(std::string_view text) noexcept {
  for (auto at = text.find('\\'); at != text.npos; at = text.find('\\', at + 1)) {
    const auto next = text.substr(at + 1);
    if (next.starts_with("g<") || (!next.empty() && next.front() >= '0' && next.front() <= '9')) return true;
  }
  return false;
}

}  // namespace pysshrp::config
