#include "auth/fingerprint.h"

#include <openssl/evp.h>

#include <array>

#include "auth/certificate.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::auth {

std::string fingerprint(std::string_view blob) {
  std::array<char, 32> hash{};
  EVP_Digest(blob.data(), blob.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr, EVP_sha256(), nullptr);
  std::string digest = encode_base64({hash.data(), hash.size()});
  digest.erase(digest.find('='));
  return "SHA256:" + digest;
}

std::string key_text(std::string_view blob) {
  return PublicKey{std::string{ByteReader{blob}.string()}, {}, fingerprint(blob)}.text();
}

std::optional<CertificateName> certificate_name(const PublicKey& key) {
  const auto blob = is_certificate_type(key.type) ? decode_base64(key.base64) : std::nullopt;
  if (!blob) return {};
  const auto certificate = parse_certificate(key.type, *blob);
  if (!certificate) return {};
  return CertificateName{PublicKey{key.type, {}, fingerprint(certificate->plain_key)}.text(),
                         std::string{certificate->key_id}, certificate->serial, key_text(certificate->authority)};
}

}  // namespace pysshrp::auth
