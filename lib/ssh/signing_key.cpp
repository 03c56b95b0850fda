#include "ssh/signing_key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/handle.h"
#include "ssh/private_key.h"
#include "ssh/public_key.h"

namespace pysshrp::ssh {
namespace {

using Digest = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Releaser<ECDSA_SIG_free>>;

std::string string(std::string_view bytes) {
  return ByteWriter{}.string(bytes).release();
}

/// RFC 4251, section 5; of a number that is not negative.
std::string mpint(const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)) + 1, '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()) + 1);
  const bool needs_sign = bytes.size() > 1 && (static_cast<unsigned char>(bytes[1]) & 0x80) != 0;
  return string(std::string_view{bytes}.substr(needs_sign ? 0 : 1));
}

/// RFC 5656, section 3.1.2, from what OpenSSL gives.
std::optional<std::string> ecdsa_blob(std::string_view der) {
  const auto* begin = reinterpret_cast<const unsigned char*>(der.data());
  const EcdsaSignature signature{d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der.size()))};
  if (!signature) return {};
  return mpint(ECDSA_SIG_get0_r(signature.get())) + mpint(ECDSA_SIG_get0_s(signature.get()));
}

std::optional<std::string> raw_signature(EVP_PKEY* key, const EVP_MD* hash, std::string_view data) {
  const Digest context{EVP_MD_CTX_new()};
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.data());
  std::size_t size = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, data.size()) != 1)
    return {};
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, data.size()) != 1)
    return {};
  signature.resize(size);
  return signature;
}

}  // namespace

Result<SigningKey> SigningKey::load(const std::string& file) {
  Secret text;
  SigningKey result;
  result.shown_ = PYSSHRP_TRY(load_private_key(file, &text));
  result.key_ = read_openssh_key(text.reveal());
  if (!result.key_) result.key_ = read_pem_key(text.reveal());
  if (!result.key_) return Error{file + ": OpenSSL cannot read it"};
  PYSSHRP_TRY(result.read_blob());
  return result;
}

Status SigningKey::show_with(const std::string& certificate) {
  PYSSHRP_TRY(load_certificate(certificate, shown_));
  return read_blob();
}

Status SigningKey::read_blob() {
  const auto key = PYSSHRP_TRY(read_public_key(shown_.key.get()));
  blob_ = decode_base64(key.base64).value_or("");
  return {};
}

std::optional<SigningKey> SigningKey::generate() {
  SigningKey result;
  result.key_ = OpensslKey{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  std::array<unsigned char, 32> bytes{};
  std::size_t size = bytes.size();
  if (!result.key_ || EVP_PKEY_get_raw_public_key(result.key_.get(), bytes.data(), &size) != 1) return {};
  result.blob_ = string("ssh-ed25519") + string({reinterpret_cast<const char*>(bytes.data()), size});
  return result;
}

std::optional<std::string> SigningKey::sign(std::string_view data, RsaHash hash) const {
  EVP_PKEY* const key = key_.get();
  const auto signed_by = [&](std::string_view name, const EVP_MD* digest) -> std::optional<std::string> {
    auto signature = raw_signature(key, digest, data);
    if (signature && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) signature = ecdsa_blob(*signature);
    if (!signature) return {};
    return string(name) + string(*signature);
  };
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_ED25519:
      return signed_by("ssh-ed25519", nullptr);
    case EVP_PKEY_RSA:
      return hash == RsaHash::sha512   ? signed_by("rsa-sha2-512", EVP_sha512())
             : hash == RsaHash::sha256 ? signed_by("rsa-sha2-256", EVP_sha256())
                                       : signed_by("ssh-rsa", EVP_sha1());
    default:
      break;
  }
  const int bits = EVP_PKEY_get_bits(key);
  return signed_by("ecdsa-sha2-nistp" + std::to_string(bits), bits <= 256   ? EVP_sha256()
                                                              : bits <= 384 ? EVP_sha384()
                                                                            : EVP_sha512());
}

}  // namespace pysshrp::ssh
