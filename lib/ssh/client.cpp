#include "ssh/client.h"

#include <array>
#include <memory>
#include <utility>

#include "ssh/library.h"

namespace pysshrp::ssh {
namespace {

/// libssh expands `%` in the names of files.
std::string escape_percent(const std::string& file) {
  std::string out;
  for (const char c : file) out += c == '%' ? std::string{"%%"} : std::string{c};
  return out;
}

/// As libssh takes a host.
std::string bracketed(const HostName& host) {
  return host.view().find(':') == std::string_view::npos ? host.text() : '[' + host.text() + ']';
}

Progress progress_of(int rc) noexcept {
  return rc == SSH_AUTH_AGAIN ? Progress::again : rc == SSH_AUTH_SUCCESS ? Progress::done : Progress::failed;
}

}  // namespace

bool has_known_host(const std::string& known_hosts, const HostName& host, std::uint16_t port) {
  const SessionHandle session{ssh_new()};
  const unsigned number = port;
  const std::string file = escape_percent(known_hosts), name = bracketed(host);
  return ssh_options_set(session.get(), SSH_OPTIONS_SSH_DIR, "/nonexistent") == SSH_OK &&
         ssh_options_set(session.get(), SSH_OPTIONS_HOST, name.c_str()) == SSH_OK &&
         ssh_options_set(session.get(), SSH_OPTIONS_PORT, &number) == SSH_OK &&
         ssh_options_set(session.get(), SSH_OPTIONS_KNOWNHOSTS, file.c_str()) == SSH_OK &&
         ssh_options_set(session.get(), SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") == SSH_OK &&
         ssh_session_has_known_hosts_entry(session.get()) == SSH_KNOWN_HOSTS_OK;
}

Status Client::start(int socket, const HostName& host, std::uint16_t port, const std::string& known_hosts,
                     const Algorithms& a) {
  const bool no = false;
  const unsigned port_number = port;
  const int rsa_bits = kRsaMinBits;
  const socket_t fd = socket;
  const std::string file = escape_percent(known_hosts);
  const std::string name = bracketed(host);
  const std::array<std::pair<ssh_options_e, const void*>, 16> options{{
      {SSH_OPTIONS_PROCESS_CONFIG, &no},  // neither ~/.ssh/config nor /etc/ssh/ssh_config
      {SSH_OPTIONS_USER, "unused"},       // else libssh asks getpwuid; the name is given with each method
      {SSH_OPTIONS_SSH_DIR, "/nonexistent"},
      {SSH_OPTIONS_HOST, name.c_str()},
      {SSH_OPTIONS_PORT, &port_number},
      {SSH_OPTIONS_KNOWNHOSTS, file.c_str()},
      {SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"},
      {SSH_OPTIONS_KEY_EXCHANGE, a.kex.c_str()},
      {SSH_OPTIONS_CIPHERS_C_S, a.ciphers.c_str()},
      {SSH_OPTIONS_CIPHERS_S_C, a.ciphers.c_str()},
      {SSH_OPTIONS_HMAC_C_S, a.macs.c_str()},
      {SSH_OPTIONS_HMAC_S_C, a.macs.c_str()},
      {SSH_OPTIONS_HOSTKEYS, a.host_keys.c_str()},
      {SSH_OPTIONS_RSA_MIN_SIZE, &rsa_bits},
      {SSH_OPTIONS_COMPRESSION, "no"},
      {SSH_OPTIONS_FD, &fd},
  }};
  for (const auto& [option, value] : options)
    if (ssh_options_set(get(), option, value) != SSH_OK)
      return Error{error().empty() ? "libssh refuses the name " + name : error()};
  return {};
}

Progress Client::exchange_keys() noexcept {
  const FaultWatch watch{first_fault_};
  const int rc = ssh_connect(get());
  prepare_socket(fd());  // libssh made it blocking: a send() to a peer that stopped would hang the loop
  acknowledge_quickly();
  if (rc == SSH_AGAIN && !dead()) return Progress::again;
  if (rc != SSH_OK || dead()) return Progress::failed;
  join_event();
  return Progress::done;
}

Result<ServerKey> Client::server_key() const {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(get(), &raw) != SSH_OK) return Error{error()};
  const KeyHandle key{raw};
  unsigned char* hash = nullptr;
  std::size_t size = 0;
  if (ssh_get_publickey_hash(raw, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != SSH_OK) return Error{error()};
  const Text fingerprint{ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size)};
  ssh_clean_pubkey_hash(&hash);
  char* base64 = nullptr;
  if (ssh_pki_export_pubkey_base64(raw, &base64) != SSH_OK) return Error{error()};
  const Text owned{base64};
  return ServerKey{ssh_key_type_to_char(ssh_key_type(raw)), HostKeyFingerprint{fingerprint ? fingerprint.get() : ""},
                   base64};
}

KnownHost Client::look_up() const {
  switch (ssh_session_is_known_server(get())) {
    case SSH_KNOWN_HOSTS_OK:
      return KnownHost::ok;
    case SSH_KNOWN_HOSTS_CHANGED:
      return KnownHost::changed;
    case SSH_KNOWN_HOSTS_OTHER:
      return KnownHost::other_type;
    default:
      return KnownHost::unknown;  // also when there is no file
  }
}

Result<std::string> Client::known_hosts_line() const {
  char* line = nullptr;
  if (ssh_session_export_known_hosts_entry(get(), &line) != SSH_OK) return Error{error()};
  const Text owned{line};
  return std::string{line};
}

/// libssh goes on saying `again` when the connection broke during the call.
Progress Client::unless_dead(Progress progress) const noexcept {
  return progress == Progress::again && dead() ? Progress::failed : progress;
}

Progress Client::auth_none(const UserName& user) noexcept {
  return unless_dead(progress_of(ssh_userauth_none(get(), user.text().c_str())));
}

Progress Client::auth_password(const UserName& user, const Secret& password) noexcept {
  return unless_dead(progress_of(ssh_userauth_password(get(), user.text().c_str(), password.c_str())));
}

std::string Client::methods() const {
  const int mask = ssh_userauth_list(get(), nullptr);
  std::string names;
  for (const auto& [bit, name] :
       {std::pair{SSH_AUTH_METHOD_PUBLICKEY, "publickey"}, std::pair{SSH_AUTH_METHOD_PASSWORD, "password"},
        std::pair{SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
        std::pair{SSH_AUTH_METHOD_HOSTBASED, "hostbased"}, std::pair{SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}}) {
    if ((static_cast<unsigned>(mask) & bit) != 0) names += (names.empty() ? "" : ",") + std::string{name};
  }
  return names;
}

}  // namespace pysshrp::ssh
