#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Public keys as OpenSSH would write them (RFC 4253 section 6.6), so that equal keys have equal blobs: RSA's numbers
/// have no needless zeros. Nothing: the blob is no key of a type known, or malformed. Neither an RSA key's size nor a
/// certificate's signature is verified.
namespace pysshrp::auth {

/// Of a plain key's blob only.
std::optional<std::string> canonical_key(std::string_view blob);

/// Of a plain key's blob, or the certified key of a certificate's (PROTOCOL.certkeys).
std::optional<std::string> plain_key(std::string_view blob);

}  // namespace pysshrp::auth
