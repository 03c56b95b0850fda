#pragma once
#include "relay/bridge.h"
#include "ssh/session.h"

namespace pysshrp::relay {

/// A channel that carries nothing but bytes: TCP/IP forwarding (RFC 4254, section 7.2), X11 (section 6.3.2) or an
/// agent.
class Tunnel final : public Bridge {
 public:
  Tunnel(ssh::Session& downstream, ssh::Session& upstream, Asker asker, Wish wish, Account& account);
  bool advance() override;
};

}  // namespace pysshrp::relay
