#include "upstream/host_key.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "base/fd.h"

namespace pysshrp::upstream {
namespace {

/// libssh passes over the lines with a marker. For @cert-authority that is safe; a key that was revoked (sshd(8),
/// SSH_KNOWN_HOSTS FILE FORMAT) must be refused whatever another line says.
bool is_revoked(const std::string& known_hosts, const ssh::PublicKey& key) {
  std::ifstream in(known_hosts);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("@revoked") && line.find(key.base64) != line.npos) return true;
  return false;
}

/// Appends the key, once, whoever else does the same.
Status record(const ssh::Client& client, const std::string& known_hosts) {
  const std::string line = PYSSHRP_TRY(client.known_hosts_line());
  const Fd fd{::open(known_hosts.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)};
  if (!fd || ::flock(fd.get(), LOCK_EX) != 0) return Error{known_hosts + " cannot be written: " + ::strerror(errno)};
  switch (client.look_up()) {  // again, now that nobody else writes
    case ssh::KnownHost::ok:
      return {};
    case ssh::KnownHost::unknown:
      break;
    default:
      return Error{known_hosts + " has got another key of this host meanwhile"};
  }
  if (::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    return Error{known_hosts + " cannot be written: " + ::strerror(errno)};
  return {};
}

Result<Verified> verify_pinned(const ssh::PublicKey& key, const route::Route& route) {
  const auto& pins = route.upstream_host_key;
  if (std::find(pins.begin(), pins.end(), HostKeyFingerprint{key.fingerprint}) != pins.end()) return Verified{};
  return Error{"host key verification failed: it has the " + key.type + " key " + key.fingerprint +
               ", which is not in upstream_host_key"};
}

}  // namespace

Result<Verified> verify(const ssh::Client& client, const route::Route& route) {
  const ssh::PublicKey key = PYSSHRP_TRY(client.server_key());
  const std::string& file = route.upstream_known_hosts;
  const std::string found = "host key verification failed: its " + key.type + " key " + key.fingerprint;
  if (is_revoked(file, key)) return Error{found + " is revoked in " + file};
  if (!route.upstream_host_key.empty()) return verify_pinned(key, route);

  const ssh::KnownHost known = client.look_up();
  if (known == ssh::KnownHost::ok) return Verified{};
  if (route.upstream_host_key_check == route::HostKeyCheck::insecure)
    return Verified{.recorded = "", .unchecked = true};
  if (known == ssh::KnownHost::changed || known == ssh::KnownHost::other_type)
    return Error{found + " is not the one in " + file + ": somebody may be in the way, or the host has a new key"};
  if (route.upstream_host_key_check == route::HostKeyCheck::accept_new) {
    PYSSHRP_TRY(record(client, file));
    return Verified{.recorded = key.fingerprint, .unchecked = false};
  }
  const std::string port = route.upstream_port == 22 ? "" : "-p " + std::to_string(route.upstream_port) + " ";
  if (::access(file.c_str(), R_OK) != 0 && errno != ENOENT)
    return Error{found + " cannot be looked up: " + file + ": " + ::strerror(errno) +
                 "; the handler must be able to read it"};
  return Error{found + " is not in " + file + "; compare it, then: ssh-keyscan " + port + route.upstream_host.text() +
               " >> " + file};
}

}  // namespace pysshrp::upstream
