#pragma once
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/certificate.h"
#include "auth/key_options.h"
#include "base/network.h"
#include "base/result.h"

namespace pysshrp::auth {

/// An extension that grants something, and holds nothing. In the order that a certificate has them in.
struct Extension {
  std::string_view name;
  bool KeyRights::*right;
};
inline constexpr std::array<Extension, 5> kExtensions{{{"permit-X11-forwarding", &KeyRights::x11_forwarding},
                                                       {"permit-agent-forwarding", &KeyRights::agent_forwarding},
                                                       {"permit-port-forwarding", &KeyRights::port_forwarding},
                                                       {"permit-pty", &KeyRights::pty},
                                                       {"permit-user-rc", &KeyRights::user_rc}}};

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
