#pragma once
#include <span>

#include "base/secret.h"

namespace pysshrp::ssh {

// Wipes the copies that libssh leaves of a secret that it has just received: it keeps the last decrypted packet until a
// longer one comes, and frees strings without wiping them. Best effort: searches the heap for length-prefixed copies in
// such a packet. Never searches for the secret alone: a client could choose one that also occurs in other data.

/// Once, while files may be opened: without, nothing is found.
void find_heap() noexcept;

/// Of a password request (RFC 4252, section 8).
void wipe_password_copies(const Secret& password) noexcept;
/// Of an information response (RFC 4256, section 3.4), all of its answers.
void wipe_answer_copies(std::span<const Secret> answers) noexcept;

}  // namespace pysshrp::ssh
