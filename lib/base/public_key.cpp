#include "base/public_key.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace pysshrp {

std::string PublicKey::text() const {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{{{"ssh-ed25519", "ED25519"},
                                                                                 {"ssh-rsa", "RSA"},
                                                                                 {"ecdsa-", "ECDSA"},
                                                                                 {"sk-ssh-ed25519", "ED25519-SK"},
                                                                                 {"sk-ecdsa-", "ECDSA-SK"}}};
  const auto named =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& n) { return type.starts_with(n.first); });
  const std::string name{named == kNames.end() ? std::string_view{type} : named->second};
  return name + (type.find("-cert-") == type.npos ? " " : "-CERT ") + fingerprint;
}

}  // namespace pysshrp
