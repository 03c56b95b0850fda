#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/key_options.h"
#include "base/network.h"

namespace pysshrp::auth {

/// A key that a client has offered, from where and when.
struct OfferedKey {
  std::string_view type;        ///< `ssh-ed25519`, `ecdsa-sha2-nistp256`, ...: of the key, not of a signature
  std::string_view base64;      ///< its blob (RFC 4253 section 6.6)
  std::optional<Address> from;  ///< nothing: the client has no address, and no from= allows it
  std::chrono::system_clock::time_point now;
};

struct KeyLookupResult {
  std::optional<KeyRights> rights;  ///< granted
  std::size_t line = 0;             ///< that grants, from 1
  std::vector<std::string> notes;   ///< why lines with this very key do not, the first few, each as `line 3: ...`
};

/// Looks a key up in the text of an authorized_keys file, as sshd's auth2-pubkeyfile.c does: the first line that has it
/// and allows it grants. Certificates are never granted.
KeyLookupResult look_up_key(std::string_view file, const OfferedKey& key);

}  // namespace pysshrp::auth
