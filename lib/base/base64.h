#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace pysshrp {

/// What base64 text (RFC 4648, section 4) stands for, read as OpenSSH reads it: white space anywhere, padding neither
/// missing nor doubled.
std::optional<std::string> decode_base64(std::string_view text);

/// The text for bytes, with padding.
std::string encode_base64(std::string_view bytes);

}  // namespace pysshrp
