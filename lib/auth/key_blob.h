#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/public_key.h"
#include "base/result.h"

/// A public key as it is written and sent: a type and a blob, which begins with the type (RFC 4253 section 6.6).
namespace pysshrp::auth {

/// Whether a key of this type may stand in authorized_keys: no certificate, no ssh-dss.
bool is_plain_type(std::string_view type) noexcept;

/// Whether the blob says by itself that it is of this type.
bool has_type(std::string_view blob, std::string_view type) noexcept;

/// The key or certificate that a blob is, as a whole; nothing if it is none of a type that is known, or cut, or
/// something is behind it.
std::optional<PublicKey> key_of_blob(std::string_view blob);

/// Whether a signature of this key, plain or certified, can be relied on, where libssh was told to want `rsa_min_bits`;
/// the Error says why not. One that libssh will not verify gets no answer at all. Who has certified it is not looked
/// at.
Status check_verifiable(std::string_view type, std::string_view base64, unsigned rsa_min_bits);

}  // namespace pysshrp::auth
