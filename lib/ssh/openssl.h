#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace pysshrp::ssh {

/// Initialises OpenSSL, with which libssh computes, with the system's openssl.cnf (config(5ssl)) and without what no
/// connection here uses: old names of its algorithms, words for its errors, tidying up at the end. Once, before libssh
/// does anything.
void prepare_openssl() noexcept;

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
