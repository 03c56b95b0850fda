#pragma once
#include "base/secret.h"

namespace pysshrp::ssh {

/// Wipes what libssh leaves behind of a secret that it has just received: it keeps the packet that it decrypted last
/// until a longer one comes, and frees strings without wiping them. As far as it is found: in the heap, behind its
/// length, as it stands in a packet (RFC 4251, section 5).
void scrub(const Secret& secret) noexcept;

}  // namespace pysshrp::ssh
