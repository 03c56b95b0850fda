#include "config/keys.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <utility>
#include <vector>

#include "config/values.h"
#include "config/words.h"

namespace pysshrp::config {
namespace {

// --- As one would write it.

std::string words(const std::string& text) {
  return text;
}
std::string words(std::uint16_t number) {
  return std::to_string(number);
}
std::string words(unsigned number) {
  return std::to_string(number);
}
std::string words(bool yes) {
  return yes ? "yes" : "no";
}
std::string words(std::chrono::seconds duration) {
  return std::to_string(duration.count()) + 's';
}
std::string words(Worded auto value) {
  return word_for(value);
}
template <class Tag>
std::string words(const Named<Tag>& name) {
  return name.text();
}
std::string words(const Address& address) {
  return address.text();
}
std::string words(const Network& network) {
  return network.text();
}
std::string words(const Host& host) {
  return host.text();
}
std::string words(const NetBlockSize& size) {
  return std::to_string(size.v4) + ':' + std::to_string(size.v6);
}
std::string words(const Secret&) {
  return "set";
}
template <class T>
std::string words(const std::optional<T>& value) {
  return value ? words(*value) : "";
}
template <class T>
std::string words(const std::vector<T>& items) {
  std::string text;
  for (const T& item : items) text += (text.empty() ? "" : ", ") + words(item);
  return text;
}

// --- What a row is made of.

template <class T>
constexpr bool kIsList = false;
template <class T>
constexpr bool kIsList<std::vector<T>> = true;

template <class Values, auto Member, auto Parse>
Status read(std::string_view text, Values& values) {
  values.*Member = PYSSHRP_TRY(Parse(text));
  return {};
}
template <class Values, auto Member>
std::string show(const Values& values) {
  return words(values.*Member);
}

/// Where a key has its value: in [pysshrp] or in a [server NAME].
template <auto Member, auto Parse, class T>
constexpr Key row_of(T Settings::*, std::string_view name, std::string_view meaning) {
  Key key{name, Where::pysshrp, meaning};
  key.read_setting = read<Settings, Member, Parse>;
  key.show_setting = show<Settings, Member>;
  key.is_list = kIsList<T>;
  return key;
}
template <auto Member, auto Parse, class T>
constexpr Key row_of(T ServerValues::*, std::string_view name, std::string_view meaning) {
  Key key{name, Where::shared, meaning};
  key.read = read<ServerValues, Member, Parse>;
  key.show = show<ServerValues, Member>;
  key.is_list = kIsList<T>;
  return key;
}
template <auto Member, auto Parse>
constexpr Key row(std::string_view name, std::string_view meaning) {
  return row_of<Member, Parse>(Member, name, meaning);
}

/// A list of algorithms. Which hold where there is none: `standard` in the manual, `nothing` for --explain.
template <auto Member>
constexpr Key names_row(std::string_view name, std::string_view meaning, std::string_view standard,
                        std::string_view nothing) {
  Key key = row<Member, name_list>(name, meaning);
  key.is_list = true;
  key.standard = standard;
  key.nothing = nothing;
  return key;
}
constexpr std::string_view kModern = "a modern set", kAsPysshrp = "as in [pysshrp]";

Result<Secret> secret(std::string_view text) {
  return Secret{text};
}

constexpr Key operator|(Key key, Capture capture) {
  key.capture = capture;
  return key;
}
struct Standard {
  std::string_view words;
};
constexpr Key operator|(Key key, Standard standard) {
  key.standard = standard.words;
  return key;
}
struct Nothing {
  std::string_view words;
};
constexpr Key operator|(Key key, Nothing nothing) {
  key.nothing = nothing.words;
  return key;
}
constexpr Key secret_row(Key key) {
  key.is_secret = true;
  return key;
}

// --- Keys that are not just a value.

/// What has not been said of forwarding is as allow_ssh. The rows of those keys stand below and have the last word.
void allow_ssh(bool yes, ServerValues& values) {
  values.allow_ssh = values.allow_agent = values.allow_x11 = yes;
  values.allow_forwarding = yes ? Forwarding::yes : Forwarding::no;
}

Status read_allow_ssh(std::string_view text, ServerValues& values) {
  allow_ssh(PYSSHRP_TRY(boolean(text)), values);
  return {};
}

/// Who is restricted in SFTP would get past that by a shell: allow_ssh starts as no then. Its own row stands below and
/// has the last word.
Status read_root_path(std::string_view text, ServerValues& values) {
  values.upstream_root_path = PYSSHRP_TRY(root_path(text));
  allow_ssh(false, values);
  return {};
}

Status read_sftp_access(std::string_view text, ServerValues& values) {
  values.sftp_access = PYSSHRP_TRY(sftp_access(text));
  if (values.sftp_access != SftpAccess::read_write) allow_ssh(false, values);
  return {};
}

/// Nobody looks there without a key to log in with, or where a file here has the last word.
std::string show_upstream_authorized_keys(const ServerValues& values) {
  const bool asked =
      !values.upstream_key.empty() && values.authorized_keys.empty() && values.trusted_user_ca_keys.empty();
  return asked ? values.upstream_authorized_keys : "";
}

/// Nobody is certified without an authority.
std::string show_upstream_principals(const ServerValues& values) {
  if (values.upstream_ca_key.empty()) return {};
  return values.upstream_principals.empty() ? values.upstream_user.text() : words(values.upstream_principals);
}
std::string show_upstream_certificate_command(const ServerValues& values) {
  if (values.upstream_ca_key.empty()) return {};
  return values.certificate_command();
}

constexpr Key read_by(Status (*read)(std::string_view, ServerValues&), Key key) {
  key.read = read;
  return key;
}
constexpr Key shown_by(std::string (*show)(const ServerValues&), Key key) {
  key.show = show;
  return key;
}

/// An exact name, or a pattern, which is lib/route's to compile.
Status user(std::string_view text) {
  if (text.starts_with('^')) return {};
  if (auto name = user_name(text); !name) return std::move(name).error();
  return {};
}
Status globs(std::string_view text) {
  if (auto items = list(text); !items) return std::move(items).error();
  return {};
}
constexpr Key no_value(std::string_view name, Where where, Status (*read_only)(std::string_view),
                       std::string_view meaning, bool is_list) {
  Key key{name, where, meaning};
  key.read_only = read_only;
  key.is_list = is_list;
  return key;
}

using V = ServerValues;

constexpr Key kKeys[] = {
    row<&Settings::key, paths>("key", "host key files") |
        Standard{"ssh_host_*_key in $CREDENTIALS_DIRECTORY, else in /etc/pysshrp"},
    row<&Settings::level, level>("level", "how much is logged"),
    no_value("include", Where::pysshrp, globs, "further files, as globs", true),
    row<&Settings::routes_dir, path>("routes_dir", "a directory of <user>.ini"),
    row<&Settings::login_grace_time, duration>("login_grace_time", "from accept to authenticated") | Standard{"2min"},
    row<&Settings::max_auth_tries, auth_tries>("max_auth_tries", "failed attempts, then disconnect"),
    row<&Settings::max_startups, startups>("max_startups", "connections that are not logged in"),
    row<&Settings::per_source_max_startups, startups>("per_source_max_startups", "the same, from one network"),
    row<&Settings::per_source_net_block_size, net_block_size>(
        "per_source_net_block_size", "how many leading bits of an address, IPv4 and IPv6, say which network it is of"),
    row<&Settings::max_channels, channels>("max_channels", "open channels in one connection"),
    row<&Settings::idle_timeout, duration_or_off>("idle_timeout", "nothing was sent for so long: the connection ends") |
        Standard{"off"},
    row<&Settings::proxy_protocol, networks>("proxy_protocol", "load balancers that say who the client is"),
    names_row<&Settings::kex_algorithms>("kex_algorithms", "key exchange methods", "a modern set", kModern),
    names_row<&Settings::ciphers>("ciphers", "ciphers", "a modern set", kModern),
    names_row<&Settings::macs>("macs", "message authentication codes", "a modern set", kModern),
    names_row<&Settings::host_key_algorithms>("host_key_algorithms", "host key signatures", "a modern set", kModern),
    names_row<&Settings::public_key_algorithms>("public_key_algorithms", "signatures of clients' keys", "a modern set",
                                                kModern),
    no_value("user", Where::server, user, "who is routed here", false) | Standard{"mandatory"},
    row<&V::upstream_host, hosts>("upstream_host", "the server to log in to, or several") | Capture::host_part |
        Standard{"mandatory"},
    row<&V::upstream_port, port>("upstream_port", "its port") | Capture::text,
    row<&V::upstream_user, user_name>("upstream_user", "the account there") | Capture::text |
        Standard{"the client's user name"},
    row<&V::upstream_order, upstream_order>("upstream_order", "in which order several hosts are tried"),
    row<&V::connect_timeout, duration>("connect_timeout", "for one address"),
    row<&V::upstream_bind, address>("upstream_bind", "local source address"),
    row<&V::upstream_proxy_protocol, proxy_protocol>("upstream_proxy_protocol", "tells the upstream who the client is"),
    read_by(read_root_path,
            row<&V::upstream_root_path, root_path>("upstream_root_path", "what SFTP clients see as /")) |
        Capture::path_component,
    row<&V::upstream_sftp, upstream_sftp>("upstream_sftp", "whether a shell of the account comes before SFTP there"),
    read_by(read_sftp_access, row<&V::sftp_access, sftp_access>("sftp_access", "what SFTP clients may do")),
    row<&V::sftp_symlinks, sftp_symlinks>("sftp_symlinks", "where symbolic links below upstream_root_path may lead"),
    row<&V::sftp_log, boolean>("sftp_log", "one record for each file operation"),
    read_by(read_allow_ssh, row<&V::allow_ssh, boolean>("allow_ssh", "shell and exec")) |
        Standard{"yes, but no with upstream_root_path or with an sftp_access that is not read-write"},
    row<&V::allow_sftp, boolean>("allow_sftp", "the sftp subsystem"),
    row<&V::allow_forwarding, forwarding>("allow_forwarding", "TCP/IP forwarding") | Standard{"as allow_ssh"},
    row<&V::allow_agent, boolean>("allow_agent", "agent forwarding") | Standard{"as allow_ssh"},
    row<&V::allow_x11, boolean>("allow_x11", "X11 forwarding") | Standard{"as allow_ssh"},
    row<&V::from, networks>("from", "source addresses that may log in") | Nothing{"any"},
    secret_row(row<&V::password, secret>("password", "local password, plain or crypt(3)")),
    row<&V::authorized_keys, path>("authorized_keys", "the client's public keys, here") | Capture::path_component,
    row<&V::trusted_user_ca_keys, path>("trusted_user_ca_keys", "authorities that certify clients' keys") |
        Capture::path_component,
    row<&V::authorized_principals, list>("authorized_principals", "whom they may certify") | Capture::list_item |
        Standard{"the client's user name"} | Nothing{"the client's user name"},
    row<&V::revoked_keys, path>("revoked_keys", "keys and certificates that do not count") | Capture::path_component,
    shown_by(show_upstream_authorized_keys,
             row<&V::upstream_authorized_keys, upstream_file>("upstream_authorized_keys",
                                                              "the client's public keys, on the upstream")) |
        Capture::path_component | Standard{".ssh/authorized_keys with upstream_key"},
    secret_row(row<&V::upstream_password, secret>("upstream_password", "what to tell the upstream")) | Capture::text |
        Standard{"the client's"},
    row<&V::upstream_key, path>("upstream_key", "private key to log in upstream with") | Capture::path_component,
    row<&V::upstream_certificate, path>("upstream_certificate", "its OpenSSH user certificate") |
        Capture::path_component,
    row<&V::upstream_ca_key, path>("upstream_ca_key",
                                   "private key of an authority that certifies each login upstream") |
        Capture::path_component,
    shown_by(show_upstream_principals, row<&V::upstream_principals, list>("upstream_principals", "whom it certifies")) |
        Capture::list_item | Standard{"upstream_user"},
    shown_by(show_upstream_certificate_command, row<&V::upstream_certificate_command, command>(
                                                    "upstream_certificate_command", "what its certificates force")) |
        Standard{"internal-sftp where allow_ssh is no, else none"},
    row<&V::upstream_certificate_source_address, boolean>("upstream_certificate_source_address",
                                                          "whether they hold for this source address only"),
    row<&V::upstream_agent, boolean>("upstream_agent", "log in upstream with the client's agent"),
    row<&V::upstream_known_hosts, path>("upstream_known_hosts", "known host keys") | Capture::path_component,
    row<&V::upstream_host_key, fingerprints>("upstream_host_key", "pinned host keys") | Capture::list_item,
    row<&V::upstream_host_key_check, host_key_check>("upstream_host_key_check", "what an unknown host key gets"),
    names_row<&V::upstream_kex_algorithms>("upstream_kex_algorithms", "key exchange methods of the upstream",
                                           "as kex_algorithms", kAsPysshrp),
    names_row<&V::upstream_ciphers>("upstream_ciphers", "its ciphers", "as ciphers", kAsPysshrp),
    names_row<&V::upstream_macs>("upstream_macs", "its message authentication codes", "as macs", kAsPysshrp),
    names_row<&V::upstream_host_key_algorithms>("upstream_host_key_algorithms", "its host key signatures",
                                                "as host_key_algorithms", kAsPysshrp),
    names_row<&V::upstream_public_key_algorithms>("upstream_public_key_algorithms", "signatures to log in there with",
                                                  "a modern set", kModern),
    row<&V::upstream_rsa_min_bits, rsa_bits>("upstream_rsa_min_bits", "the smallest RSA key, its and ours"),
};

// What is captured adds nothing to a list.
static_assert(std::none_of(std::begin(kKeys), std::end(kKeys),
                           [](const Key& key) { return key.is_list && key.capture == Capture::text; }));

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
  const auto key = std::find_if(std::begin(kKeys), std::end(kKeys),
                                [&](const Key& k) { return k.name == name && stands_in(k, section); });
  return key == std::end(kKeys) ? nullptr : key;
}

Status Key::check(std::string_view text) const {
  if (is_secret) return {};
  if (read_only) return read_only(text);
  // Nobody looks at what they become.
  static Settings settings;
  static ServerValues values;
  return read ? read(text, values) : read_setting(text, settings);
}

std::string Key::default_text() const {
  if (!standard.empty()) return std::string{standard};
  const std::string text = show ? show(ServerValues{}) : show_setting ? show_setting(Settings{}) : "";
  return text.empty() ? std::string{nothing} : text;
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

std::string ServerValues::certificate_command() const {
  if (upstream_certificate_command == "none") return {};
  if (!upstream_certificate_command.empty() || allow_ssh) return upstream_certificate_command;
  return allow_sftp ? "internal-sftp" : "/bin/false";
}

}  // namespace pysshrp::config
