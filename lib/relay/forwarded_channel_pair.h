#pragma once
#include "relay/channel_pair.h"

namespace pysshrp::relay {

/// A channel that carries bytes and has no requests: TCP/IP forwarding (RFC 4254, section 7.2), X11 (section 6.3.2) or
/// an agent.
class ForwardedChannelPair final : public ChannelPair {
 public:
  using ChannelPair::ChannelPair;
  bool advance() override;
};

}  // namespace pysshrp::relay
