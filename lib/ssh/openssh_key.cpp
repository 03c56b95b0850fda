#include "ssh/openssh_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <string.h>

#include <cstddef>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/handle.h"

namespace pysshrp::ssh {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----", kEnd = "-----END",
                           kMagic{"openssh-key-v1\0", 15};
constexpr std::size_t kSeed = 32;  // of an ed25519 key (RFC 8032)

using Memory = std::unique_ptr<BIO, Releaser<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Releaser<BN_clear_free>>;
using Numbers = std::unique_ptr<BN_CTX, Releaser<BN_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Releaser<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Releaser<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;

const unsigned char* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view mpint) {
  return Number{BN_bin2bn(bytes(mpint), static_cast<int>(mpint.size()), nullptr)};
}

OpensslKey build(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters{OSSL_PARAM_BLD_to_param(builder)};
  const Context context{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return {};
  return OpensslKey{key};
}

OpensslKey ed25519(ByteReader& key) {
  key.string();
  const std::string_view pair = key.string();
  if (pair.size() != 2 * kSeed) return {};
  return OpensslKey{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(pair), kSeed)};
}

OpensslKey ecdsa(ByteReader& key) {
  const std::string curve = "P-" + std::string{key.string().substr(sizeof "nistp" - 1)};
  const std::string_view point = key.string();
  const Number secret = number(key.string());
  const Builder builder{OSSL_PARAM_BLD_new()};
  if (!key.ok() || !secret || !builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.c_str(), 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) != 1)
    return {};
  return build("EC", builder.get());
}

/// d modulo one less than the prime (RFC 8017, section 3.2), which the format leaves out.
Number exponent(const BIGNUM* d, const BIGNUM* prime) {
  const Numbers context{BN_CTX_new()};
  Number less{BN_dup(prime)}, result{BN_new()};
  if (!context || !less || !result || BN_sub_word(less.get(), 1) != 1 ||
      BN_mod(result.get(), d, less.get(), context.get()) != 1)
    return {};
  return result;
}

OpensslKey rsa(ByteReader& key) {
  const Number n = number(key.string()), e = number(key.string()), d = number(key.string()),
               inverse = number(key.string()), p = number(key.string()), q = number(key.string());
  const Builder builder{OSSL_PARAM_BLD_new()};
  if (!key.ok() || !n || !e || !d || !inverse || !p || !q || !builder) return {};
  const Number d_p = exponent(d.get(), p.get()), d_q = exponent(d.get(), q.get());
  const auto push = [&](const char* name, const Number& value) {
    return value && OSSL_PARAM_BLD_push_BN(builder.get(), name, value.get()) == 1;
  };
  const bool pushed = push(OSSL_PKEY_PARAM_RSA_N, n) && push(OSSL_PKEY_PARAM_RSA_E, e) &&
                      push(OSSL_PKEY_PARAM_RSA_D, d) && push(OSSL_PKEY_PARAM_RSA_FACTOR1, p) &&
                      push(OSSL_PKEY_PARAM_RSA_FACTOR2, q) && push(OSSL_PKEY_PARAM_RSA_EXPONENT1, d_p) &&
                      push(OSSL_PKEY_PARAM_RSA_EXPONENT2, d_q) && push(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, inverse);
  return pushed ? build("RSA", builder.get()) : OpensslKey{};
}

OpensslKey read(std::string_view decoded) {
  ByteReader file{decoded};
  if (file.raw(kMagic.size()) != kMagic || file.string() != "none") return {};
  for (int skipped = 0; skipped < 2; ++skipped) file.string();  // the KDF and its options
  if (file.u32() != 1) return {};
  file.string();  // the public key
  ByteReader key{file.string()};
  key.u64();  // the same number twice, which tells a wrong passphrase
  const std::string_view type = key.string();
  if (type == "ssh-ed25519") return ed25519(key);
  if (type.starts_with("ecdsa-sha2-nistp")) return ecdsa(key);
  return type == "ssh-rsa" ? rsa(key) : OpensslKey{};
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const noexcept {
  EVP_PKEY_free(key);
}

OpensslKey read_openssh_key(std::string_view text) {
  const auto begin = text.find(kBegin), end = text.rfind(kEnd);
  if (begin == text.npos || end == text.npos || end < begin + kBegin.size()) return {};
  auto decoded = decode_base64(text.substr(begin + kBegin.size(), end - begin - kBegin.size()));
  if (!decoded) return {};
  auto key = read(*decoded);
  ::explicit_bzero(decoded->data(), decoded->size());
  return key;
}

OpensslKey read_pem_key(std::string_view text) {
  const Memory memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  if (!memory) return {};
  // Nobody is asked for a passphrase.
  return OpensslKey{PEM_read_bio_PrivateKey(
      memory.get(), nullptr, [](char*, int, int, void*) noexcept { return 0; }, nullptr)};
}

}  // namespace pysshrp::ssh
