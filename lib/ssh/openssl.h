#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace pysshrp::ssh {

/// Spares OpenSSL, with which libssh computes, what no connection here uses: names of old for its algorithms, words for
/// its errors, tidying up at the end, and a configuration that says nothing. Once, before libssh does anything.
void prepare_openssl() noexcept;

/// Whether the text of an openssl.cnf (config(5ssl)) sets anything for the programs that use OpenSSL: a provider, a
/// policy. Says yes when in doubt.
bool sets_anything(std::string_view openssl_cnf);

/// RFC 2104 with SHA-1, for known hosts. OpenSSL's own HMAC() looks its algorithm up each time, which takes five times
/// as long as to compute.
class HmacSha1 {
 public:
  using Hash = std::array<char, 20>;
  using Key = std::array<char, 20>;
  HmacSha1();
  /// Nothing when OpenSSL has no SHA-1.
  std::optional<Hash> of(const Key& key, std::string_view text);

 private:
  static constexpr std::size_t kBlock = 64;
  std::optional<Hash> digest(const Key& key, unsigned char pad, std::string_view text);
  struct Free {
    void operator()(evp_md_ctx_st* digest) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> digest_;
};

}  // namespace pysshrp::ssh
