#pragma once
#include <optional>
#include <string>

#include "auth/certificate_terms.h"
#include "auth/key_options.h"
#include "base/network.h"
#include "base/result.h"
#include "route/route.h"
#include "ssh/signing_key.h"

namespace pysshrp::monitor {

/// Who logs in upstream, for whom upstream_ca_key is to certify a key.
struct CertifiedLogin {
  std::string user, source, connection;  ///< for the id of the certificate
  auth::KeyRights rights;                ///< what the client's proof grants
  std::optional<Address> seen_from;      ///< by the upstream; nothing: not known
};

/// What the certificate says: for three minutes, one of which is for clocks that are late, and no more than the route
/// and the client's proof allow. An Error where it must name an address that is not known.
Result<auth::CertificateTerms> terms_of(const route::Route& route, const CertifiedLogin& login,
                                        std::chrono::system_clock::time_point now, std::uint64_t serial);

/// A new key that the route's upstream_ca_key has certified. The authority's key is forgotten before it returns. An
/// Error begins with the key of the configuration that is wrong.
Result<ssh::SigningKey> certify(const route::Route& route, const CertifiedLogin& login);

}  // namespace pysshrp::monitor
