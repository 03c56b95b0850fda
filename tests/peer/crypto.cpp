#include "crypto.h"

#include <algorithm>

#include "wire.h"

namespace peer {

namespace {

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
int length(std::string_view bytes) {
  return static_cast<int>(bytes.size());
}

/// A key of tests, known to everybody.
const Key& host_key() {
  static const Key key = private_key(EVP_PKEY_ED25519, std::string(32, 'r'));
  return key;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), octets(digest), nullptr, EVP_sha256(), nullptr);
  return digest;
}

std::string base64(std::string_view bytes) {
  std::string text(2 * bytes.size() + 4, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(octets(text), octets(bytes), length(bytes))));
  return text;
}

Key private_key(int type, std::string_view bytes) {
  return {EVP_PKEY_new_raw_private_key(type, nullptr, octets(bytes), bytes.size()), &EVP_PKEY_free};
}

std::string public_of(const Key& key) {
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  EVP_PKEY_get_raw_public_key(key.get(), octets(bytes), &size);
  return bytes;
}

std::string host_key_blob() {
  return Message().text("ssh-ed25519").text(public_of(host_key())).bytes;
}

std::string signature_of(std::string_view hash) {
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, host_key().get());
  EVP_DigestSign(context.get(), octets(signature), &size, octets(hash), hash.size());
  return Message().text("ssh-ed25519").text(signature).bytes;
}

std::string shared_secret(const Key& own, std::string_view peer_public) {
  const Key peer(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, octets(peer_public), peer_public.size()),
                 &EVP_PKEY_free);
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(own.get(), nullptr),
                                                                            &EVP_PKEY_CTX_free);
  std::string secret(32, '\0');
  std::size_t size = secret.size();
  EVP_PKEY_derive_init(context.get());
  if (!peer || EVP_PKEY_derive_set_peer(context.get(), peer.get()) <= 0) return {};
  return EVP_PKEY_derive(context.get(), octets(secret), &size) > 0 ? secret : std::string();
}

std::string mpint(std::string bytes) {
  bytes.erase(0, std::min(bytes.find_first_not_of('\0'), bytes.size()));
  if (!bytes.empty() && (bytes[0] & 0x80) != 0) bytes.insert(0, 1, '\0');
  return Message().text(bytes).bytes;
}

Gcm::Gcm(std::string_view key, std::string_view iv, bool seals)
    : context_(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free), key_(key), iv_(iv), seals_(seals) {
  EVP_CipherInit_ex(context_.get(), EVP_aes_128_gcm(), nullptr, octets(key_), octets(iv_), seals ? 1 : 0);
}

/// The nonce's last eight bytes count the packets.
void Gcm::start() {
  EVP_CipherInit_ex(context_.get(), nullptr, nullptr, nullptr, octets(iv_), seals_ ? 1 : 0);
  for (std::size_t i = iv_.size(); i-- > 4 && ++iv_[i] == 0;) {
  }
}

std::string Gcm::seal(std::string packet) {
  int size = 0;
  start();
  EVP_CipherUpdate(context_.get(), nullptr, &size, octets(packet), 4);
  EVP_CipherUpdate(context_.get(), octets(packet) + 4, &size, octets(packet) + 4, length(packet) - 4);
  std::string tag(kTag, '\0');
  EVP_CipherFinal_ex(context_.get(), octets(tag), &size);
  EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_GET_TAG, kTag, tag.data());
  return packet + tag;
}

std::optional<std::string> Gcm::open(std::string_view sealed) {
  std::string packet(sealed.substr(0, sealed.size() - kTag)), tag(sealed.substr(sealed.size() - kTag));
  int size = 0;
  start();
  EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, kTag, tag.data());
  EVP_CipherUpdate(context_.get(), nullptr, &size, octets(packet), 4);
  EVP_CipherUpdate(context_.get(), octets(packet) + 4, &size, octets(packet) + 4, length(packet) - 4);
  if (EVP_CipherFinal_ex(context_.get(), octets(tag), &size) <= 0) return std::nullopt;
  return packet;
}

}  // namespace peer
