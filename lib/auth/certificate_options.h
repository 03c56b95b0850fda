#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "auth/certificate.h"
#include "auth/key_options.h"
#include "base/network.h"
#include "base/result.h"

namespace pysshrp::auth {

/// What a certificate grants: nothing that its extensions do not name (PROTOCOL.certkeys).
struct CertificateOptions {
  KeyRights rights;
  std::optional<std::string> source_address;  ///< addresses and CIDR blocks, parted by commas

  /// Whether source-address allows this one; nobody who has no address.
  bool admits(const std::optional<Address>& from) const;
};

/// Who logs in, from where and when.
struct Login {
  std::vector<std::string> principals;  ///< one of which the certificate must name
  std::optional<Address> from;
  std::chrono::system_clock::time_point now;
};

/// What a certificate of an authority that is trusted grants. The Error, a predicate, says why nothing: of its options,
/// its source-address, its time, its principals, its signature.
Result<KeyRights> granted_by(const Certificate& certificate, const Login& login);

/// An Error where a critical option is not understood, or not one that can be held here.
Result<CertificateOptions> options_of(const Certificate& certificate);

}  // namespace pysshrp::auth
