#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/key_options.h"

namespace pysshrp::auth {

/// What a certificate of a user says that is made here, and grants.
struct CertificateTerms {
  std::uint64_t serial = 0;
  std::string key_id;
  std::vector<std::string> principals;
  std::chrono::sys_seconds from, until;  ///< the last second is before `until`
  KeyRights rights;                      ///< of `sftp` only what its command says
  std::optional<std::string> source_address;
};

/// The bytes that the authority signs (PROTOCOL.certkeys): with the string of its signature behind them they are the
/// certificate. `ed25519` is the public key, `authority` the blob of its own, `nonce` random.
std::string certificate_to_sign(const CertificateTerms& terms, std::string_view ed25519, std::string_view authority,
                                std::string_view nonce);

}  // namespace pysshrp::auth
