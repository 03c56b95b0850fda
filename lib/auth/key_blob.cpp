#include "auth/key_blob.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "auth/certificate.h"
#include "auth/plain_key.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

constexpr std::string_view kTypes[] = {"ssh-ed25519",
                                       "ecdsa-sha2-nistp256",
                                       "ecdsa-sha2-nistp384",
                                       "ecdsa-sha2-nistp521",
                                       "ssh-rsa",
                                       "sk-ssh-ed25519@openssh.com",
                                       "sk-ecdsa-sha2-nistp256@openssh.com"};

/// The bits of an RSA key's modulus (RFC 4253 section 6.6: the type, e, n).
std::optional<std::size_t> rsa_bits(std::string_view blob) noexcept {
  ByteReader reader{blob};
  reader.string(), reader.string();
  auto modulus = reader.string();
  if (!reader.ok()) return {};
  modulus.remove_prefix(std::min(modulus.find_first_not_of('\0'), modulus.size()));
  if (modulus.empty()) return 0;
  return modulus.size() * 8 - static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(modulus.front())));
}

}  // namespace

bool is_plain_type(std::string_view type) noexcept {
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

bool has_type(std::string_view blob, std::string_view type) noexcept {
  ByteReader reader{blob};
  const auto own = reader.string();
  return reader.ok() && own == type;
}

std::optional<PublicKey> key_of_blob(std::string_view blob) {
  const auto type = ByteReader{blob}.string();
  // plain_key() takes a NUL behind the type for its end, as OpenSSH does.
  if (!plain_key(blob) || !(is_plain_type(type) || is_certificate_type(type))) return {};
  return PublicKey{std::string{type}, encode_base64(blob)};
}

Status check_verifiable(std::string_view type, std::string_view base64, unsigned rsa_min_bits) {
  const bool is_certified = is_certificate_type(type);
  if (!is_certified && !is_plain_type(type)) return Error{"keys of its type are not verified here"};
  const auto blob = decode_base64(base64);
  if (!blob || !has_type(*blob, type)) return Error{"its blob is none of its type"};
  if (is_certified)
    if (const auto certificate = parse_certificate(type, *blob); !certificate)
      return Error{"the certificate " + certificate.error().what};
  const auto key = plain_key(*blob);
  if (!key) return Error{"its blob is none of its type"};
  if (!has_type(*key, "ssh-rsa")) return {};
  const auto bits = rsa_bits(*key);
  if (!bits) return Error{"its blob is none of its type"};
  if (*bits >= rsa_min_bits) return {};
  return Error{"an RSA key of " + std::to_string(*bits) + " bits; at least " + std::to_string(rsa_min_bits) +
               " are wanted"};
}

}  // namespace pysshrp::auth
