#pragma once
#include "relay/channel_pair.h"
#include "ssh/session.h"

namespace pysshrp::relay {

/// A channel that carries bytes and has no requests: TCP/IP forwarding (RFC 4254, section 7.2), X11 (section 6.3.2) or
/// an agent.
class ForwardedChannelPair final : public ChannelPair {
 public:
  ForwardedChannelPair(ssh::Session& downstream, ssh::Session& upstream, Initiator initiator, ChannelOpen request,
                       RelayObserver& observer);
  bool advance() override;
};

}  // namespace pysshrp::relay
