#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/named.h"
#include "ssh/signing_key.h"

/// The messages of an agent (draft-ietf-sshm-ssh-agent) that has upstream_key and no other, for the front's libssh.
namespace pysshrp::monitor {

/// How long the message is that begins like this, with its length in front; nothing if too little of it is there.
std::optional<std::size_t> agent_message_size(std::string_view begin) noexcept;
inline constexpr std::size_t kMaxAgentMessage = 64 * 1024;

/// The answer to one whole message. Signed is what is a login (RFC 4252, section 7) with `key` as `user`, and nothing
/// else; for whatever is not, and without a key, SSH_AGENT_FAILURE.
std::string agent_answer(std::string_view message, const ssh::SigningKey* key, const UserName& user);

}  // namespace pysshrp::monitor
