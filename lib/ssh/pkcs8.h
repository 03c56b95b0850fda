#pragma once
#include <optional>
#include <string_view>

#include "base/secret.h"

namespace pysshrp::ssh {

/// An ed25519 key in PKCS#8 PEM (RFC 8410), as `openssl genpkey` writes it and not encrypted, in OpenSSH's own format
/// (PROTOCOL.key). Nothing for any other text. libssh 0.10 reads such a key, but without its public half, and then can
/// show it to nobody.
std::optional<Secret> openssh_of_pkcs8(std::string_view pem);

}  // namespace pysshrp::ssh
