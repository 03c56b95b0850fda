#include "ssh/openssl.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

#include "base/handle.h"

namespace pysshrp::ssh {

void prepare_openssl() noexcept {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                          OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_CONFIG,
                      nullptr);
}

// libssh before the fix of CVE-2026-59847 asks this function whether the tag of AES-GCM is right, and refuses only what
// is below 0, where OpenSSL's says 0; a fixed one refuses everything but 1. A function of the program itself is found
// before one of the same name in a library, so that this one answers, in words that each of them understands. ("used":
// link-time optimization sees no caller.)
extern "C" [[gnu::used]] int EVP_DecryptFinal(EVP_CIPHER_CTX* context, unsigned char* out, int* length) {
  return EVP_DecryptFinal_ex(context, out, length) == 1 ? 1 : -1;
}

void HmacSha1::Free::operator()(evp_md_ctx_st* digest) const noexcept {
  EVP_MD_CTX_free(digest);
}

HmacSha1::HmacSha1() {
  const std::unique_ptr<EVP_MD, Releaser<EVP_MD_free>> sha1{EVP_MD_fetch(nullptr, "SHA1", nullptr)};
  digest_.reset(EVP_MD_CTX_new());
  if (!digest_ || !sha1 || EVP_DigestInit_ex2(digest_.get(), sha1.get(), nullptr) != 1) digest_.reset();
}

std::optional<HmacSha1::Hash> HmacSha1::of(const Key& key, std::string_view text) {
  const auto inner = digest(key, 0x36, text);
  return inner ? digest(key, 0x5c, {inner->data(), inner->size()}) : std::nullopt;
}

std::optional<HmacSha1::Hash> HmacSha1::digest(const Key& key, unsigned char pad, std::string_view text) {
  std::array<unsigned char, kBlock> block;
  block.fill(pad);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] = static_cast<unsigned char>(key[i] ^ pad);
  Hash hash;
  EVP_MD_CTX* const digest = digest_.get();
  if (!digest || EVP_DigestInit_ex2(digest, nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(digest, block.data(), block.size()) != 1 ||
      EVP_DigestUpdate(digest, text.data(), text.size()) != 1 ||
      EVP_DigestFinal_ex(digest, reinterpret_cast<unsigned char*>(hash.data()), nullptr) != 1)
    return {};
  return hash;
}

}  // namespace pysshrp::ssh
