#pragma once
#include <string_view>

#include "base/result.h"

namespace pysshrp::auth {

/// Whether the owner of a public key has signed `data`. Key and signature are blobs (RFC 4253, section 6.6; RFC 5656,
/// section 3.1; RFC 8332, section 3; RFC 8709, section 6; PROTOCOL.u2f). The Error says why not. SHA-1 never counts,
/// nor does an RSA key of less than 2048 bits.
Status verify_signature(std::string_view key, std::string_view signature, std::string_view data);

}  // namespace pysshrp::auth
