#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/user_auth_client.h"
#include "base/public_key.h"
#include "base/result.h"
#include "route/route.h"
#include "upstream/known_hosts.h"

namespace pysshrp::upstream {

/// Whether accept-new may write down what it finds.
enum class UpdateKnownHosts { yes, no };

/// What is known of the key that an upstream has just proved to have.
enum class HostKeyStatus { pinned, not_pinned, known, unknown, changed, revoked };
struct CheckedHostKey {
  PublicKey key;
  HostKeyStatus status;
  std::string not_used;  ///< what known_hosts has of the host besides, and is of no use; empty if nothing
};

/// By pinned fingerprints if the route has any, else by known_hosts.
Result<CheckedHostKey> check_host_key(const PublicKey& key, const route::Route& route, const HostName& host,
                                      std::uint16_t port);

/// The line to add, with its newline.
std::string known_hosts_line(const PublicKey& key, const HostName& host, std::uint16_t port);

/// Checks it, and does what upstream_host_key_check says. An Error says to the operator what was found, what was
/// expected, and what to do.
Result<auth::VerifiedHost> verify(const PublicKey& shown, const route::Route& route, const HostName& host,
                                  std::uint16_t port, UpdateKnownHosts update);

/// Whether verify() will find what it needs, and the cure if not, for --check. Each file is read once, and asked once
/// for each host.
class KnownHostsCheck {
 public:
  /// Whether there is any key of the host.
  Status look_up(const std::string& file, const HostName& host, std::uint16_t port);
  /// The same where the host is not known yet: whether there is such a file to read.
  Status look_up(const std::string& file);

 private:
  Result<KnownHosts>& read(const std::string& file);
  std::map<std::string, Result<KnownHosts>> files_;
  std::map<std::pair<std::string, std::string>, Status> answers_;  ///< to file and name there
};

}  // namespace pysshrp::upstream
