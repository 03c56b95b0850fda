#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "route/route.h"
#include "ssh/client.h"
#include "upstream/known_hosts.h"

namespace pysshrp::upstream {

/// The upstream is who the route says; what is worth a record.
struct Verified {
  std::string recorded;                       ///< the fingerprint that accept-new has written down, if it did
  bool unchecked = false;                     ///< insecure, and nothing vouches for the key
  std::vector<std::string> passed_over = {};  ///< the hosts before this one, each with the reason
};

/// Whether accept-new may write down what it finds.
enum class Traces { may_be_left, must_not_be_left };

/// What is known of the key that an upstream has just proved to have.
enum class Standing { pinned, not_pinned, known, unknown, changed, revoked };
struct Judged {
  ssh::PublicKey key;
  Standing standing;
  std::string not_used;  ///< what known_hosts has of the host besides, and is of no use; empty if nothing
};

/// By pinned fingerprints if the route has any, else by known_hosts.
Result<Judged> judge(const ssh::Client& client, const route::Route& route, const HostName& host, std::uint16_t port);

/// The line to add, with its newline.
std::string known_hosts_line(const ssh::PublicKey& key, const HostName& host, std::uint16_t port);

/// Judges it, and does what upstream_host_key_check says. An Error says to the operator what was found, what was
/// expected, and what to do.
Result<Verified> verify(const ssh::Client& client, const route::Route& route, const HostName& host, std::uint16_t port,
                        Traces traces);

/// Whether verify() will find what it needs, and the cure if not, for --check. Each file is read once.
class KnownHostsCheck {
 public:
  /// Whether there is any key of the host.
  Status look_up(const std::string& file, const HostName& host, std::uint16_t port);
  /// The same where the host is not known yet: whether there is such a file to read.
  Status look_up(const std::string& file);

 private:
  Result<KnownHosts>& read(const std::string& file);
  std::map<std::string, Result<KnownHosts>> files_;
};

}  // namespace pysshrp::upstream
