#pragma once
#include "base/public_key.h"
#include "base/result.h"
#include "ssh/handles.h"

namespace pysshrp::ssh {

/// As a value.
Result<PublicKey> read_public_key(ssh_key key);
}  // namespace pysshrp::ssh
