#include "upstream/connector.h"

#include <utility>

#include "upstream/known_hosts.h"

namespace pysshrp::upstream {

void LocalConnector::dial(std::size_t host) {
  host_ = host;
  const Host& to = route_.upstream_host[host];
  dial_.emplace(Destination{to.name, port(to), route_.upstream_bind, route_.connect_timeout});
}

std::optional<Dialled> LocalConnector::advance(TimePoint now) {
  const ssh::Progress progress = dial_->advance(now);
  if (progress == ssh::Progress::again) return {};
  Dialled dialled{dial_->take(), dial_->address(), dial_->failures(), dial_->error(), {}};
  dial_.reset();
  if (progress == ssh::Progress::failed) return dialled;
  dialled.error.clear();
  // What keeps the file from being read is told when the key is checked.
  const Host& host = route_.upstream_host[host_];
  if (const auto known = KnownHosts::read(route_.upstream_known_hosts))
    for (const KnownHosts::Key& key : known->find(host.name, port(host)).keys)
      dialled.known_key_types.push_back(key.type);
  return dialled;
}

std::vector<ssh::Other> LocalConnector::waits_for() const {
  return dial_ ? dial_->waits_for() : std::vector<ssh::Other>{};
}

Result<auth::VerifiedHost> LocalConnector::verify(std::size_t host, const PublicKey& key) {
  const Host& to = route_.upstream_host[host];
  return upstream::verify(key, route_, to.name, port(to), update_);
}

}  // namespace pysshrp::upstream
