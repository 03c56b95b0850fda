#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/certificate.h"
#include "auth/key_options.h"
#include "base/network.h"
#include "base/public_key.h"
#include "base/result.h"

namespace pysshrp::auth {

/// A key that a client has offered, from where and when.
struct OfferedKey {
  std::string_view type;        ///< `ssh-ed25519`, `ecdsa-sha2-nistp256`, ...: of the key, not of a signature
  std::string_view base64;      ///< its blob (RFC 4253 section 6.6)
  std::optional<Address> from;  ///< nothing: the client has no address, and no from= allows it
  std::chrono::system_clock::time_point now;
  std::string_view user = {};  ///< who a certificate must be for, unless the line says so
};

struct KeyLookupResult {
  std::optional<KeyRights> rights;  ///< granted
  std::size_t line = 0;             ///< that grants, from 1
  std::vector<std::string> notes;   ///< why lines with this very key do not, the first few, each as `line 3: ...`
};

/// What stands in a line that can grant something with a key: the base64 of its blob, or of its certificate's
/// authority.
std::string wanted_in_file(const PublicKey& key);

/// Looks a key up in the text of an authorized_keys file, as sshd's auth2-pubkeyfile.c does: the first line that has it
/// and allows it grants. A certificate is found by its authority, whose line says cert-authority.
KeyLookupResult look_up_key(std::string_view file, const OfferedKey& key);

/// Looks the authority of a certificate up in the text of a trusted_user_ca_keys file (sshd_config(5),
/// TrustedUserCAKeys): lines of keys without options. It may certify these principals.
KeyLookupResult look_up_authority(std::string_view file, const OfferedKey& key, std::vector<std::string> principals);

/// An Error, a predicate, where the text of a trusted_user_ca_keys file has no line that look_up_authority() could use.
Status check_authorities(std::string_view file);

}  // namespace pysshrp::auth
