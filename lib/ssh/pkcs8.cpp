#include "ssh/pkcs8.h"

#include <openssl/evp.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "ssh/openssh_key.h"

namespace pysshrp::ssh {
namespace {

constexpr std::size_t kKeySize = 32, kBlock = 8;  // bytes of either half (RFC 8032), and what the private part fills up
constexpr std::size_t kMostPem = 512;             // of an ed25519 key; one of another type is not decoded twice
constexpr const char* kType = "ssh-ed25519";

/// Wiped at the end.
class Bytes : public ByteWriter {
 public:
  Bytes() : ByteWriter(1024) {}
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { wipe(); }
};

using Half = std::array<unsigned char, kKeySize>;

std::string_view view(const Half& half) noexcept {
  return {reinterpret_cast<const char*>(half.data()), half.size()};
}

Secret armoured(const ByteWriter& key) {
  Bytes text;
  text.raw("-----BEGIN OPENSSH PRIVATE KEY-----\n");
  constexpr std::size_t kLine = 48;  // bytes, 64 characters
  for (auto rest = key.view(); !rest.empty(); rest.remove_prefix(std::min(kLine, rest.size()))) {
    std::array<unsigned char, 2 * kLine> line{};
    const auto part = rest.substr(0, kLine);
    const int size = EVP_EncodeBlock(line.data(), reinterpret_cast<const unsigned char*>(part.data()),
                                     static_cast<int>(part.size()));
    text.raw({reinterpret_cast<const char*>(line.data()), static_cast<std::size_t>(size)}).raw("\n");
    ::explicit_bzero(line.data(), line.size());
  }
  return Secret{text.raw("-----END OPENSSH PRIVATE KEY-----\n").view()};
}

Secret openssh_of(const Half& seed, const Half& point) {
  Bytes blob, both, secret, key;
  blob.string(kType).string(view(point));
  both.raw(view(seed)).raw(view(point));
  secret.u32(0).u32(0);  // two equal numbers, which tell a wrong passphrase
  secret.string(kType).string(view(point)).string(both.view()).string("");
  for (char pad = 1; secret.view().size() % kBlock != 0; ++pad) secret.raw({&pad, 1});
  key.raw({"openssh-key-v1", sizeof "openssh-key-v1"}).string("none").string("none").string("").u32(1);
  return armoured(key.string(blob.view()).string(secret.view()));
}

}  // namespace

std::optional<Secret> openssh_of_pkcs8(std::string_view pem) {
  if (pem.size() > kMostPem || pem.find("-----BEGIN PRIVATE KEY-----") == pem.npos) return {};
  const OpensslKey key = read_pem_key(pem);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519) return {};
  Half seed{}, point{};
  std::size_t seed_size = seed.size(), point_size = point.size();
  std::optional<Secret> text;
  if (EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &seed_size) == 1 &&
      EVP_PKEY_get_raw_public_key(key.get(), point.data(), &point_size) == 1)
    text = openssh_of(seed, point);
  ::explicit_bzero(seed.data(), seed.size());
  return text;
}

}  // namespace pysshrp::ssh
