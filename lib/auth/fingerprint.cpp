#include "auth/fingerprint.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "auth/certificate.h"
#include "auth/plain_key.h"
#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::auth {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{{{"ssh-ed25519", "ED25519"},
                                                                               {"ssh-rsa", "RSA"},
                                                                               {"ecdsa-", "ECDSA"},
                                                                               {"sk-ssh-ed25519", "ED25519-SK"},
                                                                               {"sk-ecdsa-", "ECDSA-SK"}}};

std::string sha256(std::string_view blob) {
  std::array<char, 32> hash{};
  EVP_Digest(blob.data(), blob.size(), reinterpret_cast<unsigned char*>(hash.data()), nullptr, EVP_sha256(), nullptr);
  std::string digest = encode_base64({hash.data(), hash.size()});
  digest.erase(digest.find('='));
  return "SHA256:" + digest;
}

}  // namespace

std::string fingerprint(const PublicKey& key) {
  const std::string blob = decode_base64(key.base64).value_or("");
  return sha256(plain_key(blob).value_or(blob));
}

std::string key_text(const PublicKey& key) {
  const auto named =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& n) { return key.type.starts_with(n.first); });
  const std::string name{named == kNames.end() ? std::string_view{key.type} : named->second};
  return name + (key.type.find("-cert-") == key.type.npos ? " " : "-CERT ") + fingerprint(key);
}

std::optional<CertificateName> certificate_name(const PublicKey& key) {
  const auto blob = is_certificate_type(key.type) ? decode_base64(key.base64) : std::nullopt;
  if (!blob) return {};
  const auto certificate = parse_certificate(key.type, *blob);
  if (!certificate) return {};
  const std::string_view authority = certificate->authority;
  return CertificateName{key_text(key), std::string{certificate->key_id}, certificate->serial,
                         key_text({std::string{ByteReader{authority}.string()}, encode_base64(authority)})};
}

}  // namespace pysshrp::auth
