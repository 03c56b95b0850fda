#pragma once
#include <span>

#include "base/secret.h"

namespace pysshrp::ssh {

// Wipes what libssh leaves behind of a secret that it has just received: it keeps the packet that it decrypted last
// until a longer one comes, and frees strings without wiping them. Best effort: the heap is searched for such a packet.
// The client chooses the secret, so the secret alone is never looked for: a short one is like a part of anything that
// lives there.

/// Of a password request (RFC 4252, section 8).
void scrub_password(const Secret& password) noexcept;
/// Of an information response (RFC 4256, section 3.4), all of its answers.
void scrub_answers(std::span<const Secret> answers) noexcept;

}  // namespace pysshrp::ssh
