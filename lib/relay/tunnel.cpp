#include "relay/tunnel.h"

#include <utility>

namespace pysshrp::relay {

using ssh::Channel;

Tunnel::Tunnel(ssh::Session& downstream, ssh::Session& upstream, Asker asker, Wish wish, Account& account)
    : Bridge(std::make_unique<Channel>(downstream, Channel::Stderr::drop),
             std::make_unique<Channel>(upstream, Channel::Stderr::drop), asker, std::move(wish), account) {}

bool Tunnel::advance() {
  if (opening()) return open() != ssh::Progress::again;
  const bool moved = upward_.pump();
  upward_.finish();
  const bool moved_down = downward_.pump();
  downward_.finish();
  return moved || moved_down;
}

}  // namespace pysshrp::relay
