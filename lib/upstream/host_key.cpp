#include "upstream/host_key.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "auth/fingerprint.h"
#include "base/base64.h"
#include "upstream/known_hosts_file.h"

namespace pysshrp::upstream {
namespace {

const std::string kFailed = "host key verification failed: ";

std::string named(const PublicKey& key) {
  return key.type + " key " + auth::fingerprint(key);
}

/// A host of which another key is known, be it of another type, has changed.
HostKeyStatus status_of(const PublicKey& key, const KnownHosts::Found& found) {
  const auto blob = decode_base64(key.base64);
  if (std::any_of(found.keys.begin(), found.keys.end(), [&](const auto& known) { return known.blob == blob; }))
    return HostKeyStatus::known;
  return found.keys.empty() ? HostKeyStatus::unknown : HostKeyStatus::changed;
}

/// Writes the key down, once, whoever else does the same. Nobody else writes while the file is open.
Status record(const PublicKey& key, const HostName& host, std::uint16_t port, const std::string& known_hosts) {
  const auto file = PYSSHRP_TRY(KnownHostsFile::open(known_hosts));
  const auto text = PYSSHRP_TRY(file.text());
  switch (status_of(key, KnownHosts::parse(text).find(host, port))) {
    case HostKeyStatus::known:
      return {};
    case HostKeyStatus::unknown:
      return file.append(known_hosts_line(key, host, port));
    default:
      return Error{known_hosts + " has got another key of this host meanwhile"};
  }
}

std::string keyscan(const std::string& host, std::uint16_t port, const std::string& known_hosts) {
  return "ssh-keyscan " + (port == 22 ? "" : "-p " + std::to_string(port) + ' ') + host + " >> " + known_hosts;
}

/// What there is of the host that is of no use, and would be taken for its key.
std::string not_used(const KnownHosts::Found& found) {
  std::string text;
  for (const std::size_t number : found.not_understood)
    text += "; its line " + std::to_string(number) + " names this host, and has no key that can be read";
  if (found.has_authority) text += "; @cert-authority lines are not used here: add the host's own key";
  return text;
}

}  // namespace

std::string known_hosts_line(const PublicKey& key, const HostName& host, std::uint16_t port) {
  return known_hosts_name(host, port) + ' ' + key.type + ' ' + key.base64 + '\n';
}

Result<CheckedHostKey> check_host_key(const PublicKey& key, const route::Route& route, const HostName& host,
                                      std::uint16_t port) {
  CheckedHostKey checked{key, HostKeyStatus::unknown, {}};
  const auto known = KnownHosts::read(route.upstream_known_hosts);
  if (!known) return Error{kFailed + "its " + named(key) + " cannot be looked up: " + known.error().what};
  const auto found = known->find(host, port);
  const auto& pins = route.upstream_host_key;
  if (known->is_revoked(decode_base64(checked.key.base64).value_or("")))
    checked.status = HostKeyStatus::revoked;
  else if (pins.empty())
    checked.status = status_of(checked.key, found);
  else
    checked.status = std::find(pins.begin(), pins.end(), HostKeyFingerprint{auth::fingerprint(key)}) != pins.end()
                         ? HostKeyStatus::pinned
                         : HostKeyStatus::not_pinned;
  checked.not_used = not_used(found);
  return checked;
}

Result<auth::VerifiedHost> verify(const PublicKey& shown, const route::Route& route, const HostName& host,
                                  std::uint16_t port, UpdateKnownHosts update) {
  const auto [key, status, unused] = PYSSHRP_TRY(check_host_key(shown, route, host, port));
  const std::string& file = route.upstream_known_hosts;
  if (status == HostKeyStatus::pinned || status == HostKeyStatus::known) return auth::VerifiedHost{};
  const std::string found = kFailed + "its " + named(key);
  if (status == HostKeyStatus::revoked) return Error{found + " is revoked in " + file};
  if (status == HostKeyStatus::not_pinned)
    return Error{kFailed + "it has the " + named(key) + ", which is not in upstream_host_key"};
  if (route.upstream_host_key_check == route::HostKeyCheck::insecure)
    return auth::VerifiedHost{.recorded = "", .unchecked = true, .passed_over = {}};
  if (status == HostKeyStatus::changed)
    return Error{found + " is not the one in " + file + ": somebody may be in the way, or the host has a new key"};
  if (route.upstream_host_key_check == route::HostKeyCheck::accept_new) {
    if (update == UpdateKnownHosts::no) return auth::VerifiedHost{};
    PYSSHRP_TRY(record(key, host, port, file));
    return auth::VerifiedHost{.recorded = auth::fingerprint(key), .unchecked = false, .passed_over = {}};
  }
  return Error{found + " is not in " + file + unused + "; compare it, then: " + keyscan(host.text(), port, file)};
}

Status KnownHostsCheck::look_up(const std::string& file, const HostName& host, std::uint16_t port) {
  auto& known = read(file);
  if (!known) return known.error();
  const auto [asked, is_new] = answers_.try_emplace({file, known_hosts_name(host, port)});
  if (!is_new) return asked->second;
  const auto found = known->find_any(host, port);
  if (found.keys.empty())
    asked->second = Error{file + " has no key of " + host.text() + ", which is refused without" + not_used(found) +
                          ": " + keyscan(host.text(), port, file) + ", and compare it"};
  return asked->second;
}

Status KnownHostsCheck::look_up(const std::string& file) {
  if (const auto& known = read(file); !known) return known.error();
  if (::access(file.c_str(), F_OK) == 0) return {};
  return Error{file + " is missing, and every upstream is refused without: " + keyscan("HOST", 22, file) +
               " for each, and compare them"};
}

Result<KnownHosts>& KnownHostsCheck::read(const std::string& file) {
  const auto there = files_.find(file);
  return there != files_.end() ? there->second : files_.emplace(file, KnownHosts::read(file)).first->second;
}

}  // namespace pysshrp::upstream
