#pragma once
#include <string_view>

#include "base/deadline.h"
#include "base/fd.h"
#include "ssh/server.h"

namespace pysshrp::downstream {

/// Exchanges keys with the client. False when it did not come to that before `until`, or `stop_fd` became readable: the
/// session's disconnect_reason tells why.
bool shake_hands(ssh::Server& session, int stop_fd, TimePoint until);

/// Says that an SSH server is here, to somebody who wants to know no more.
void send_identification(const Fd& socket) noexcept;

/// Tells a client why there will be no handshake, in the one message that SSH has before a key exchange (RFC 4253,
/// section 11.1). For when there may be no host key to exchange any with.
void send_early_disconnect(const Fd& socket, std::string_view text) noexcept;

}  // namespace pysshrp::downstream
