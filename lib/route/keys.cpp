#include "route/keys.h"

#include "config/values.h"

namespace pysshrp::route {
namespace {

template <auto Member, auto Parse>
Status read(std::string_view text, Route& route) {
  route.*Member = PYSSHRP_TRY(Parse(text));
  return {};
}

template <auto Member>
Status read_secret(std::string_view text, Route& route) {
  route.*Member = Secret{text};
  return {};
}

/// What has not been said of forwarding is as allow_ssh. The rows of those keys stand below and have the last word.
void allow_ssh(bool yes, Route& route) {
  route.allow_ssh = route.allow_agent = route.allow_x11 = yes;
  route.allow_forwarding = yes ? Forwarding::yes : Forwarding::no;
}

Status read_allow_ssh(std::string_view text, Route& route) {
  allow_ssh(PYSSHRP_TRY(config::boolean(text)), route);
  return {};
}

/// Who is restricted in SFTP would get past that by a shell: allow_ssh starts as no then. Its own row stands below and
/// has the last word.
Status read_root_path(std::string_view text, Route& route) {
  route.upstream_root_path = PYSSHRP_TRY(config::root_path(text));
  allow_ssh(false, route);
  return {};
}

Status read_sftp_access(std::string_view text, Route& route) {
  route.sftp_access = PYSSHRP_TRY(config::sftp_access(text));
  if (route.sftp_access != SftpAccess::read_write) allow_ssh(false, route);
  return {};
}

/// For texts that are empty where there is none.
std::string words(const std::string& text) {
  return text.empty() ? "none" : text;
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
std::string words(HostKeyCheck check) {
  static constexpr std::string_view kWords[] = {"strict", "accept-new", "insecure"};
  return std::string{kWords[static_cast<std::size_t>(check)]};
}
std::string words(Forwarding forwarding) {
  static constexpr std::string_view kWords[] = {"no", "local", "remote", "yes"};
  return std::string{kWords[static_cast<std::size_t>(forwarding)]};
}
std::string words(UpstreamOrder order) {
  static constexpr std::string_view kWords[] = {"ordered", "random", "hash-user", "hash-source"};
  return std::string{kWords[static_cast<std::size_t>(order)]};
}
std::string words(ProxyProtocol version) {
  static constexpr std::string_view kWords[] = {"off", "v1", "v2"};
  return std::string{kWords[static_cast<std::size_t>(version)]};
}
std::string words(SftpAccess access) {
  static constexpr std::string_view kWords[] = {"read-write", "read-only", "upload-only"};
  return std::string{kWords[static_cast<std::size_t>(access)]};
}
std::string words(SftpSymlinks symlinks) {
  static constexpr std::string_view kWords[] = {"inside", "follow", "deny"};
  return std::string{kWords[static_cast<std::size_t>(symlinks)]};
}
std::string words(UpstreamSftp sftp) {
  static constexpr std::string_view kWords[] = {"external", "internal"};
  return std::string{kWords[static_cast<std::size_t>(sftp)]};
}
template <class Tag>
std::string words(const Named<Tag>& name) {
  return name.text();
}
std::string words(const std::optional<Address>& address) {
  return address ? address->text() : "none";
}
std::string words(const std::optional<Secret>& secret) {
  return secret ? "set" : "none";
}

template <class T>
std::string listed(const std::vector<T>& items, std::string_view without) {
  std::string list;
  for (const T& item : items) list += (list.empty() ? "" : ", ") + item.text();
  return list.empty() ? std::string{without} : list;
}
std::string words(const std::vector<Host>& hosts) {
  return listed(hosts, "none");
}
std::string words(const std::vector<Network>& networks) {
  return listed(networks, "any");
}
std::string words(const std::vector<HostKeyFingerprint>& fingerprints) {
  return listed(fingerprints, "none");
}

template <auto Member>
std::string show(const Route& route) {
  return words(route.*Member);
}

/// Algorithms where nothing is said of them.
constexpr char kAsPysshrp[] = "as in [pysshrp]", kModern[] = "a modern set";

template <auto Member, const auto& Without>
std::string show_names(const Route& route) {
  return (route.*Member).empty() ? Without : route.*Member;
}

/// Nobody looks there without a key to log in with, or where a file here has the last word.
std::string show_upstream_authorized_keys(const Route& route) {
  const bool asked = !route.upstream_key.empty() && route.authorized_keys.empty();
  return words(asked ? route.upstream_authorized_keys : "");
}

template <auto Member, auto Parse>
constexpr Key row(std::string_view name, Validator capture) {
  return {name, capture, read<Member, Parse>, false, show<Member>};
}

template <auto Member>
constexpr Key secret_row(std::string_view name, Validator capture) {
  return {name, capture, read_secret<Member>, true, show<Member>};
}

constexpr Validator kAsWritten = nullptr;

template <auto Member, const auto& Without = kAsPysshrp>
constexpr Key names_row(std::string_view name) {
  return {name, kAsWritten, read<Member, config::name_list>, false, show_names<Member, Without>};
}

constexpr Key kKeys[] = {
    row<&Route::upstream_host, config::hosts>("upstream_host", validate_host_part),
    row<&Route::upstream_port, config::port>("upstream_port", validate_text),
    row<&Route::upstream_user, config::user_name>("upstream_user", validate_text),
    row<&Route::upstream_order, config::upstream_order>("upstream_order", kAsWritten),
    row<&Route::connect_timeout, config::duration>("connect_timeout", kAsWritten),
    row<&Route::upstream_bind, config::address>("upstream_bind", kAsWritten),
    row<&Route::upstream_proxy_protocol, config::proxy_protocol>("upstream_proxy_protocol", kAsWritten),
    {"upstream_root_path", validate_path_component, read_root_path, false, show<&Route::upstream_root_path>},
    row<&Route::upstream_sftp, config::upstream_sftp>("upstream_sftp", kAsWritten),
    {"sftp_access", kAsWritten, read_sftp_access, false, show<&Route::sftp_access>},
    row<&Route::sftp_symlinks, config::sftp_symlinks>("sftp_symlinks", kAsWritten),
    row<&Route::sftp_log, config::boolean>("sftp_log", kAsWritten),
    {"allow_ssh", kAsWritten, read_allow_ssh, false, show<&Route::allow_ssh>},
    row<&Route::allow_sftp, config::boolean>("allow_sftp", kAsWritten),
    row<&Route::allow_forwarding, config::forwarding>("allow_forwarding", kAsWritten),
    row<&Route::allow_agent, config::boolean>("allow_agent", kAsWritten),
    row<&Route::allow_x11, config::boolean>("allow_x11", kAsWritten),
    row<&Route::from, config::networks>("from", kAsWritten),
    secret_row<&Route::password>("password", kAsWritten),
    row<&Route::authorized_keys, config::path>("authorized_keys", validate_path_component),
    {"upstream_authorized_keys", validate_path_component, read<&Route::upstream_authorized_keys, config::upstream_file>,
     false, show_upstream_authorized_keys},
    secret_row<&Route::upstream_password>("upstream_password", validate_text),
    row<&Route::upstream_key, config::path>("upstream_key", validate_path_component),
    row<&Route::upstream_certificate, config::path>("upstream_certificate", validate_path_component),
    row<&Route::upstream_agent, config::boolean>("upstream_agent", kAsWritten),
    row<&Route::upstream_known_hosts, config::path>("upstream_known_hosts", validate_path_component),
    row<&Route::upstream_host_key, config::fingerprints>("upstream_host_key", validate_text),
    row<&Route::upstream_host_key_check, config::host_key_check>("upstream_host_key_check", kAsWritten),
    names_row<&Route::upstream_kex_algorithms>("upstream_kex_algorithms"),
    names_row<&Route::upstream_ciphers>("upstream_ciphers"),
    names_row<&Route::upstream_macs>("upstream_macs"),
    names_row<&Route::upstream_host_key_algorithms>("upstream_host_key_algorithms"),
    names_row<&Route::upstream_public_key_algorithms, kModern>("upstream_public_key_algorithms"),
    row<&Route::upstream_rsa_min_bits, config::rsa_bits>("upstream_rsa_min_bits", kAsWritten),
};

}  // namespace

std::span<const Key> keys() noexcept {
  return kKeys;
}

}  // namespace pysshrp::route
