#pragma once
#include <string>
#include <string_view>

namespace pysshrp::ssh {

/// Spares OpenSSL, with which libssh computes, what no connection here uses: names of old for its algorithms, words for
/// its errors, tidying up at the end, and a configuration that says nothing. Once, before libssh does anything.
void prepare_openssl() noexcept;

/// Whether the text of an openssl.cnf (config(5ssl)) sets anything for the programs that use OpenSSL: a provider, a
/// policy. Says yes when in doubt.
bool sets_anything(std::string_view openssl_cnf);

/// RFC 2104 with SHA-1: 20 bytes, empty when OpenSSL has no SHA-1. Known hosts are hashed with it.
std::string hmac_sha1(std::string_view key, std::string_view text);

}  // namespace pysshrp::ssh
