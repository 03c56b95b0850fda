#include "transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace peer {

namespace {

constexpr std::size_t kBlock = 16;
constexpr std::uint8_t kVersionLine = 0;

bool of_key_exchange(std::string_view payload) {
  return !payload.empty() && payload[0] >= kKexInit && payload[0] <= kEcdhReply;
}

}  // namespace

Transport::Transport(int socket, Side side, std::uint64_t seed, const Flaw& flaw)
    : socket_(socket),
      side_(side),
      random_(seed),
      flaw_(flaw),
      strict_(random_.percent(50)),
      compression_(flaw.compression),
      my_version_("SSH-2.0-random"),
      ephemeral_(nullptr, &EVP_PKEY_free) {
  strict_ = flaw.strict.value_or(strict_);
  send_raw(my_version_ + "\r\n");
  if (flaw_.at == kVersionLine) cut_off(0);
}

std::string Transport::host_key_line() {
  return "ssh-ed25519 " + base64(host_key_blob());
}

void Transport::send(std::string_view payload, bool hasty) {
  if (!my_kex_init_.empty() && !of_key_exchange(payload) && !hasty) return void(waiting_.emplace_back(payload));
  if (flaw_.at && !payload.empty() && *flaw_.at == static_cast<std::uint8_t>(payload[0])) return put_flawed(payload);
  put(payload);
}

void Transport::put_flawed(std::string_view payload) {
  flaw_.at.reset();
  if (!flaw_.before.empty()) put(flaw_.before);
  const std::size_t begin = out_.size();
  put(payload);
  if (!flaw_.after.empty()) put(flaw_.after);
  cut_off(begin);
}

void Transport::cut_off(std::size_t begin) {
  if (!flaw_.cut) return;
  const std::size_t end = std::min(begin + *flaw_.cut, out_.size());
  if (flaw_.drips) drops_ = out_.substr(end);
  out_.resize(end);
  mute_ = true;
}

void Transport::put(std::string_view payload) {
  if (mute_) return;
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
  for (const auto* both : {"aes128-gcm@openssh.com", "hmac-sha2-256"}) message.text(both).text(both);
  if (side_ == Side::client) message.text(compression_).text("none");
  if (side_ == Side::server) message.text("none").text(compression_);
  return message.text("").text("").flag(false).number(0).bytes;
}

void Transport::exchange_keys() {
  if (!my_kex_init_.empty()) return;
  const std::string payload = kex_init();
  send(payload);
  my_kex_init_ = payload;
}

bool Transport::flush() {
  if (!drops_.empty() && Clock::now() >= next_drop_) {
    out_ += drops_.front();
    drops_.erase(0, 1);
    next_drop_ = Clock::now() + std::chrono::seconds(1);
  }
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
