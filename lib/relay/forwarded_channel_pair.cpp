#include "relay/forwarded_channel_pair.h"

#include <utility>

namespace pysshrp::relay {

using ssh::Channel;

ForwardedChannelPair::ForwardedChannelPair(ssh::Session& downstream, ssh::Session& upstream, Initiator initiator,
                                           ChannelOpen request, RelayObserver& observer)
    : ChannelPair(std::make_unique<Channel>(downstream, Channel::Stderr::drop),
                  std::make_unique<Channel>(upstream, Channel::Stderr::drop), initiator, std::move(request), observer) {
}

bool ForwardedChannelPair::advance() {
  if (opening()) return open() != ssh::Progress::again;
  const bool moved = upward_.pump();
  upward_.finish();
  const bool moved_down = downward_.pump();
  downward_.finish();
  return moved || moved_down;
}

}  // namespace pysshrp::relay
