#pragma once
#include <memory>
#include <string_view>

struct evp_pkey_st;  // OpenSSL's

namespace pysshrp::ssh {

struct FreeKey {
  void operator()(evp_pkey_st* key) const noexcept;
};
using OpensslKey = std::unique_ptr<evp_pkey_st, FreeKey>;

/// A private key in OpenSSH's own format (PROTOCOL.key), which OpenSSL does not read: ed25519, ecdsa or rsa, not
/// encrypted. Null: it is none.
OpensslKey read_openssh_key(std::string_view text);

/// The same in any format that is PEM.
OpensslKey read_pem_key(std::string_view text);

}  // namespace pysshrp::ssh
