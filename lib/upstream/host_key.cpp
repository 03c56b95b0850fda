#include "upstream/host_key.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "base/fd.h"
#include "base/unreadable.h"

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

std::string keyscan(const std::string& host, std::uint16_t port, const std::string& known_hosts) {
  return "ssh-keyscan " + (port == 22 ? "" : "-p " + std::to_string(port) + ' ') + host + " >> " + known_hosts;
}

/// Empty if it can be read or is not there.
std::string unreadable(const std::string& known_hosts) {
  if (::access(known_hosts.c_str(), R_OK) == 0 || errno == ENOENT) return {};
  return known_hosts + ": " + why_unreadable(known_hosts, errno);
}

Standing standing_of(ssh::KnownHost known) noexcept {
  switch (known) {
    case ssh::KnownHost::ok:
      return Standing::known;
    case ssh::KnownHost::changed:
    case ssh::KnownHost::other_type:
      return Standing::changed;
    case ssh::KnownHost::unknown:
      break;
  }
  return Standing::unknown;
}

}  // namespace

Result<Judged> judge(const ssh::Client& client, const route::Route& route) {
  Judged judged{PYSSHRP_TRY(client.server_key()), Standing::unknown};
  const auto& pins = route.upstream_host_key;
  if (is_revoked(route.upstream_known_hosts, judged.key))
    judged.standing = Standing::revoked;
  else if (pins.empty())
    judged.standing = standing_of(client.look_up());
  else
    judged.standing = std::find(pins.begin(), pins.end(), HostKeyFingerprint{judged.key.fingerprint}) != pins.end()
                          ? Standing::pinned
                          : Standing::not_pinned;
  return judged;
}

Result<Verified> verify(const ssh::Client& client, const route::Route& route, const HostName& host, std::uint16_t port,
                        Traces traces) {
  const auto [key, standing] = PYSSHRP_TRY(judge(client, route));
  const std::string& file = route.upstream_known_hosts;
  const std::string failed = "host key verification failed: ",
                    found = failed + "its " + key.type + " key " + key.fingerprint;
  if (standing == Standing::revoked) return Error{found + " is revoked in " + file};
  if (standing == Standing::not_pinned)
    return Error{failed + "it has the " + key.type + " key " + key.fingerprint + ", which is not in upstream_host_key"};
  if (standing == Standing::pinned || standing == Standing::known) return Verified{};
  if (route.upstream_host_key_check == route::HostKeyCheck::insecure)
    return Verified{.recorded = "", .unchecked = true, .passed_over = {}};
  if (standing == Standing::changed)
    return Error{found + " is not the one in " + file + ": somebody may be in the way, or the host has a new key"};
  if (route.upstream_host_key_check == route::HostKeyCheck::accept_new) {
    if (traces == Traces::must_not_be_left) return Verified{};
    PYSSHRP_TRY(record(client, file));
    return Verified{.recorded = key.fingerprint, .unchecked = false, .passed_over = {}};
  }
  if (const auto why = unreadable(file); !why.empty()) return Error{found + " cannot be looked up: " + why};
  return Error{found + " is not in " + file + "; compare it, then: " + keyscan(host.text(), port, file)};
}

Status look_up(const std::string& known_hosts, const HostName& host, std::uint16_t port) {
  if (auto why = unreadable(known_hosts); !why.empty()) return Error{std::move(why)};
  if (ssh::has_known_host(known_hosts, host, port)) return {};
  return Error{known_hosts + " has no key of " + host.text() +
               ", which is refused without: " + keyscan(host.text(), port, known_hosts) + ", and compare it"};
}

Status look_up(const std::string& known_hosts) {
  if (auto why = unreadable(known_hosts); !why.empty()) return Error{std::move(why)};
  if (::access(known_hosts.c_str(), F_OK) == 0) return {};
  return Error{known_hosts + " is missing, and every upstream is refused without: " + keyscan("HOST", 22, known_hosts) +
               " for each, and compare them"};
}

}  // namespace pysshrp::upstream
