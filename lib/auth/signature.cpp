#include "auth/signature.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/handle.h"

namespace pysshrp::auth {
namespace {

using Key = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Releaser<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Releaser<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Releaser<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Releaser<ECDSA_SIG_free>>;

constexpr std::size_t kEd25519Key = 32;
constexpr int kRsaMinBits = 2048;

/// A kind of key, and how it signs.
struct Kind {
  std::string_view type;
  std::string_view curve;  ///< as SSH names it; empty: none
  const char* group;       ///< as OpenSSL names it
  std::size_t point;       ///< bytes, not compressed
  const EVP_MD* (*digest)();
  bool on_token;  ///< of a security key
};
constexpr Kind kKinds[] = {
    {"ssh-ed25519", "", nullptr, 0, nullptr, false},
    {"ecdsa-sha2-nistp256", "nistp256", "prime256v1", 65, EVP_sha256, false},
    {"ecdsa-sha2-nistp384", "nistp384", "secp384r1", 97, EVP_sha384, false},
    {"ecdsa-sha2-nistp521", "nistp521", "secp521r1", 133, EVP_sha512, false},
    {"ssh-rsa", "", nullptr, 0, nullptr, false},  // the signature says by which hash
    {"sk-ssh-ed25519@openssh.com", "", nullptr, 0, nullptr, true},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "nistp256", "prime256v1", 65, EVP_sha256, true},
};

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view mpint) {
  // One that is negative (RFC 4251, section 5) is none of ours.
  if (mpint.empty() || (mpint.front() & 0x80) != 0) return {};
  return Number{BN_bin2bn(bytes_of(mpint), static_cast<int>(mpint.size()), nullptr)};
}

Key from_params(const char* algorithm, OSSL_PARAM_BLD* builder) {
  const Params params{OSSL_PARAM_BLD_to_param(builder)};
  const KeyContext context{EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr)};
  EVP_PKEY* key = nullptr;
  if (params && context && EVP_PKEY_fromdata_init(context.get()) == 1)
    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get());
  return Key{key};
}

Key rsa_key(std::string_view e, std::string_view n) {
  const Number exponent = number(e), modulus = number(n);
  const ParamBuilder builder{OSSL_PARAM_BLD_new()};
  const bool built = exponent && modulus && builder &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
                     OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1;
  return built ? from_params("RSA", builder.get()) : Key{};
}

Key ecdsa_key(const Kind& kind, std::string_view curve, std::string_view point) {
  constexpr char kUncompressed = 4;
  if (curve != kind.curve || point.size() != kind.point || point.front() != kUncompressed) return {};
  const ParamBuilder builder{OSSL_PARAM_BLD_new()};
  const bool built =
      builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kind.group, 0) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1;
  return built ? from_params("EC", builder.get()) : Key{};
}

Key ed25519_key(std::string_view point) {
  if (point.size() != kEd25519Key) return {};
  return Key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(point), point.size())};
}

/// What a blob says, behind its type.
struct PublicPart {
  const Kind* kind = nullptr;
  Key key;
  std::string_view application;  ///< of a security key
};

Result<PublicPart> read_key(std::string_view blob) {
  ByteReader reader{blob};
  const auto type = reader.string();
  PublicPart part;
  for (const Kind& kind : kKinds)
    if (kind.type == type) part.kind = &kind;
  if (part.kind == nullptr) return Error{"is of a type that certifies nothing"};
  if (type == "ssh-rsa") {
    const auto e = reader.string(), n = reader.string();
    part.key = rsa_key(e, n);
  } else if (part.kind->group != nullptr) {
    const auto curve = reader.string(), point = reader.string();
    part.key = ecdsa_key(*part.kind, curve, point);
  } else {
    part.key = ed25519_key(reader.string());
  }
  if (part.kind->on_token) part.application = reader.string();
  if (!part.key || !reader.ok() || !reader.left().empty()) return Error{"is not a public key"};
  return part;
}

bool verifies(EVP_PKEY* key, const EVP_MD* digest, std::string_view signature, std::string_view data) {
  const DigestContext context{EVP_MD_CTX_new()};
  return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(data), data.size()) == 1;
}

/// As OpenSSL wants it, of two numbers (RFC 5656, section 3.1.2).
std::string der_of(std::string_view blob) {
  ByteReader reader{blob};
  const auto first = reader.string(), second = reader.string();
  Number r = number(first), s = number(second);
  const EcdsaSignature signature{ECDSA_SIG_new()};
  if (!reader.ok() || !reader.left().empty() || !r || !s || !signature) return {};
  if (ECDSA_SIG_set0(signature.get(), r.release(), s.release()) != 1) return {};
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return {};
  std::string text{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return text;
}

bool verify_rsa(EVP_PKEY* key, std::string_view algorithm, std::string_view signature, std::string_view data) {
  const EVP_MD* const digest = algorithm == "rsa-sha2-256"   ? EVP_sha256()
                               : algorithm == "rsa-sha2-512" ? EVP_sha512()
                                                             : nullptr;
  const auto modulus = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (digest == nullptr || signature.size() > modulus) return false;
  // Some leave out leading zeros.
  return verifies(key, digest, std::string(modulus - signature.size(), '\0').append(signature), data);
}

/// What a security key signs (PROTOCOL.u2f).
std::string told_to_token(std::string_view application, std::string_view flags_and_counter, std::string_view data) {
  std::array<char, 32> hash;
  std::string told;
  for (const auto part : {application, data}) {
    if (EVP_Digest(part.data(), part.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr, EVP_sha256(),
                   nullptr) != 1)
      return {};
    told.append(hash.data(), hash.size());
    if (told.size() == hash.size()) told += flags_and_counter;
  }
  return told;
}

}  // namespace

Status verify_signature(std::string_view key, std::string_view signature, std::string_view data) {
  constexpr std::size_t kFlagsAndCounter = 5;
  const PublicPart by = PYSSHRP_TRY(read_key(key));
  ByteReader reader{signature};
  const auto algorithm = reader.string(), blob = reader.string();
  const auto of_token = reader.raw(by.kind->on_token ? kFlagsAndCounter : 0);
  if (!reader.ok() || !reader.left().empty()) return Error{"has a signature that cannot be read"};
  const std::string told = by.kind->on_token ? told_to_token(by.application, of_token, data) : std::string{};
  const std::string_view signed_data = by.kind->on_token ? std::string_view{told} : data;
  bool good = false;
  if (by.kind->type == "ssh-rsa") {
    if (EVP_PKEY_get_bits(by.key.get()) < kRsaMinBits) return Error{"has an RSA key of less than 2048 bits"};
    if (algorithm == "ssh-rsa") return Error{"has signed by SHA-1"};
    good = verify_rsa(by.key.get(), algorithm, blob, signed_data);
  } else if (algorithm == by.kind->type) {
    const bool is_ecdsa = by.kind->group != nullptr;
    good = verifies(by.key.get(), is_ecdsa ? by.kind->digest() : nullptr, is_ecdsa ? der_of(blob) : std::string{blob},
                    signed_data);
  }
  if (!good) return Error{"has not signed it"};
  return {};
}

}  // namespace pysshrp::auth
