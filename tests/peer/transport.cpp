#include "transport.h"

#include <openssl/evp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace peer {

namespace {

constexpr std::size_t kTag = 16, kBlock = 16;
const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
int length(std::string_view bytes) {
  return static_cast<int>(bytes.size());
}

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  EVP_Digest(bytes.data(), bytes.size(), octets(digest), nullptr, EVP_sha256(), nullptr);
  return digest;
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

/// A key of tests, known to everybody.
const Key& host_key() {
  static const Key key = private_key(EVP_PKEY_ED25519, std::string(32, 'r'));
  return key;
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

bool of_key_exchange(std::string_view payload) {
  return !payload.empty() && payload[0] >= kKexInit && payload[0] <= kEcdhReply;
}

}  // namespace

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

Transport::Transport(int socket, Side side, std::uint64_t seed)
    : socket_(socket),
      side_(side),
      random_(seed),
      strict_(random_.percent(50)),
      my_version_("SSH-2.0-random"),
      ephemeral_(nullptr, &EVP_PKEY_free) {
  send_raw(my_version_ + "\r\n");
}

std::string Transport::host_key_line() {
  const std::string blob = host_key_blob();
  std::string line(2 * blob.size(), '\0');
  line.resize(static_cast<std::size_t>(EVP_EncodeBlock(octets(line), octets(blob), length(blob))));
  return "ssh-ed25519 " + line;
}

void Transport::send(std::string_view payload, bool hasty) {
  if (!my_kex_init_.empty() && !of_key_exchange(payload) && !hasty) return void(waiting_.emplace_back(payload));
  // The length is part of what is padded unless it is encrypted separately.
  const std::size_t padded = payload.size() + 1 + (sealing_ ? 0 : 4);
  std::size_t padding = kBlock - padded % kBlock;
  if (padding < 4) padding += kBlock;
  Message packet;
  packet.number(static_cast<std::uint32_t>(1 + payload.size() + padding)).byte(static_cast<std::uint8_t>(padding));
  packet.raw(payload).raw(std::string(padding, '\0'));
  out_ += sealing_ ? sealing_->seal(std::move(packet.bytes)) : packet.bytes;
}

std::string Transport::kex_init() {
  Message message(kKexInit);
  message.raw(std::string(16, 'c'));
  const std::string_view strict =
      side_ == Side::client ? ",kex-strict-c-v00@openssh.com" : ",kex-strict-s-v00@openssh.com";
  message.text("curve25519-sha256" + std::string(strict_ ? strict : "")).text("ssh-ed25519");
  for (const auto* both : {"aes128-gcm@openssh.com", "hmac-sha2-256", "none"}) message.text(both).text(both);
  return message.text("").text("").flag(false).number(0).bytes;
}

void Transport::exchange_keys() {
  if (!my_kex_init_.empty()) return;
  const std::string payload = kex_init();
  send(payload);
  my_kex_init_ = payload;
}

bool Transport::flush() {
  while (unsent() > 0) {
    const auto sent = ::send(socket_, out_.data() + sent_, unsent(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      out_.erase(0, std::exchange(sent_, 0));
      return errno == EAGAIN || errno == EINTR;
    }
    sent_ += static_cast<std::size_t>(sent);
  }
  out_.clear();
  sent_ = 0;
  return true;
}

bool Transport::fill() {
  static std::array<char, 262144> chunk;
  const auto got = ::recv(socket_, chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  in_.append(chunk.data(), static_cast<std::size_t>(got));
  return got > 0 && !broken_;
}

/// The next packet's payload, of whatever type.
std::optional<std::string> Transport::packet() {
  if (peer_version_.empty()) {
    const std::size_t end = in_.find('\n');
    if (end == std::string::npos) return std::nullopt;
    peer_version_ = in_.substr(0, in_.find_last_not_of("\r\n", end) + 1);
    in_.erase(0, end + 1);
  }
  const std::size_t after = opening_ ? kTag : 0;
  if (in_.size() < 4) return std::nullopt;
  const std::size_t size = Reader(in_).number();
  if (size > 300000) broken_ = true;
  if (broken_ || in_.size() < 4 + size + after) return std::nullopt;
  std::optional<std::string> packet = in_.substr(0, 4 + size + after);
  in_.erase(0, packet->size());
  if (opening_) packet = opening_->open(*packet);
  if (!packet || packet->size() < 5) {
    broken_ = true;
    return std::nullopt;
  }
  const auto padding = static_cast<std::uint8_t>((*packet)[4]);
  return packet->substr(5, packet->size() - 5 - std::min<std::size_t>(padding, packet->size() - 5));
}

std::optional<std::string> Transport::receive() {
  while (auto payload = packet()) {
    if (!of_key_exchange(*payload)) return payload;
    switch ((*payload)[0]) {
      case kKexInit:
        on_kex_init(std::move(*payload));
        break;
      case kNewKeys:
        if (secret_.empty()) break;
        opening_.emplace(derive(side_ == Side::client ? 'D' : 'C', 16), derive(side_ == Side::client ? 'B' : 'A', 12),
                         false);
        secret_.clear();
        break;
      default:
        on_kex_method(*payload);
    }
  }
  return std::nullopt;
}

void Transport::on_kex_init(std::string payload) {
  peer_kex_init_ = std::move(payload);
  exchange_keys();
  std::string seed(32, '\0');
  for (char& byte : seed) byte = static_cast<char>(random_.next());
  ephemeral_ = private_key(EVP_PKEY_X25519, seed);
  if (side_ == Side::client) send(Message(kEcdhInit).text(public_of(ephemeral_)).bytes);
}

void Transport::on_kex_method(std::string_view payload) {
  Reader reader(payload);
  const bool answers = reader.byte() == kEcdhReply;
  if (!ephemeral_ || answers != (side_ == Side::client)) return;
  const std::string own = public_of(ephemeral_);
  if (answers) {
    const std::string_view key = reader.text(), theirs = reader.text();
    make_keys(key, own, theirs, theirs);
  } else {
    const std::string_view theirs = reader.text();
    make_keys(host_key_blob(), theirs, own, theirs);
    send(Message(kEcdhReply).text(host_key_blob()).text(own).text(signature_of(hash_)).bytes);
  }
  use_new_keys_to_send();
}

void Transport::make_keys(std::string_view key, std::string_view client_public, std::string_view server_public,
                          std::string_view peer_public) {
  const bool client = side_ == Side::client;
  secret_ = mpint(shared_secret(ephemeral_, peer_public));
  Message exchange;
  exchange.text(client ? my_version_ : peer_version_).text(client ? peer_version_ : my_version_);
  exchange.text(client ? my_kex_init_ : peer_kex_init_).text(client ? peer_kex_init_ : my_kex_init_);
  exchange.text(key).text(client_public).text(server_public).raw(secret_);
  hash_ = sha256(exchange.bytes);
  if (session_id_.empty()) session_id_ = hash_;
}

/// RFC 4253, section 7.2.
std::string Transport::derive(char letter, std::size_t size) const {
  return sha256(secret_ + hash_ + letter + session_id_).substr(0, size);
}

void Transport::use_new_keys_to_send() {
  const bool client = side_ == Side::client;
  send(std::string(1, kNewKeys));
  sealing_.emplace(derive(client ? 'C' : 'D', 16), derive(client ? 'A' : 'B', 12), true);
  ephemeral_.reset();
  my_kex_init_.clear();
  for (const std::string& payload : std::exchange(waiting_, {})) send(payload);
}

}  // namespace peer
