#include "ssh/session.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/deadline.h"
#include "base/fd.h"
#include "ssh/library.h"
#include "ssh/read_ahead.h"
#include "ssh/texts.h"

namespace pysshrp::ssh {
namespace {

constexpr int kReadsPerTurn = 64;  // libssh reads 4 KiB at a time
constexpr int kFlushMs = 2000;
constexpr std::chrono::seconds kLinger{1};
// What may wait to be sent before the peer is read again. What the relay writes is far below: this much are only
// answers to a peer that asks and does not listen.
constexpr std::uint64_t kMaxOutput = 512 * 1024;
constexpr std::uint64_t kPacketOverhead = 48;  // length, padding and MAC (RFC 4253, section 6), about
// Packets other than data that may have come in before somebody looks what they ask.
constexpr std::uint64_t kMaxUnseen = 512;
constexpr std::size_t kMaxCollected = 2048;
// How libssh words what it has no other way to tell.

void set_tcp(int fd, int option, int value = 1) noexcept {  // fails on a Unix socket, which is fine
  ::setsockopt(fd, IPPROTO_TCP, option, &value, sizeof value);
}

}  // namespace

void keep_alive(int fd) noexcept {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  set_tcp(fd, TCP_KEEPIDLE, 60);
  set_tcp(fd, TCP_KEEPINTVL, 15);
  set_tcp(fd, TCP_KEEPCNT, 4);
}

void expect_answers(int fd) noexcept {
  set_tcp(fd, TCP_USER_TIMEOUT, 120'000);  // ms
}

void prepare_socket(int fd) noexcept {
  set_tcp(fd, TCP_NODELAY);
  if (const int flags = ::fcntl(fd, F_GETFL); flags >= 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  read_ahead(fd);
}

void linger(int socket) noexcept {
  ::shutdown(socket, SHUT_WR);
  const TimePoint until = Clock::now() + kLinger;
  std::array<char, 4096> rest;
  // Who goes on sending has no more time than who is silent.
  for (pollfd p{socket, POLLIN, 0}; Clock::now() < until && ::poll(&p, 1, poll_timeout(Clock::now(), until)) > 0;)
    if (::recv(socket, rest.data(), rest.size(), MSG_DONTWAIT) <= 0) break;
}

Session::Session() : event_(ssh_event_new()), handle_(ssh_new()) {
  ssh_set_blocking(get(), 0);
  ssh_set_counters(get(), &socket_, &raw_);
}

Session::~Session() {
  if (joined_) ssh_event_remove_session(event_.get(), get());
}

void Session::join_event() noexcept {
  joined_ = ssh_event_add_session(event_.get(), get()) == SSH_OK;
}

void Session::acknowledge_quickly() const noexcept {
  if (quick_) set_tcp(fd(), TCP_QUICKACK);
}

void Session::service() noexcept {
  const BannerWatch watch{banners_ ? &*banners_ : nullptr};
  const std::string before = fatal_error();
  for (int i = 0, rc = SSH_OK; i < kReadsPerTurn && rc == SSH_OK; ++i) {
    rc = ssh_event_dopoll(event_.get(), 0);
    if (rc == SSH_ERROR) life_ = Life::broken;
    if (!write_pending()) drained_ = sent();
    if (!wants_input()) break;
  }
  if (const std::string now = fatal_error(); !now.empty() && now != before) note_breach(now);
  acknowledge_quickly();
}

/// libssh calls a packet that breaks the protocol fatal, and goes on: with a channel, say, that is not what it was.
std::string Session::fatal_error() const {
  const bool is_fatal = !dead() && ssh_get_error_code(handle_.get()) == SSH_FATAL;
  return is_fatal ? ssh_get_error(handle_.get()) : std::string{};
}

bool Session::wants_input() const noexcept {
  return !breach_ && !end_waits() && unanswered_output() <= kMaxOutput && unseen() <= kMaxUnseen;
}

/// About what libssh has still to send, in bytes.
std::uint64_t Session::unanswered_output() const noexcept {
  if (!write_pending()) return 0;
  const Sent now = sent();
  const std::uint64_t packets = now.packets - drained_.packets;
  const std::uint64_t produced = now.payload - drained_.payload + packets * kPacketOverhead;
  return produced - std::min(produced, now.bytes - drained_.bytes);
}

void Session::note_breach(std::string_view what) {
  if (!breach_) breach_.emplace(what);
}

void Session::note_leftover(std::size_t before, std::size_t now) noexcept {
  const bool held_any = leftover_ != 0;
  leftover_ = leftover_ - before + now;
  if (held_any != (leftover_ != 0)) hold_end(fd(), leftover_ != 0);
}

bool Session::end_waits() const noexcept {
  return leftover_ != 0 && end_is_held(fd());
}

std::optional<Message> Session::next_message() noexcept {
  if (dead() || breach_) return {};
  if (collected_.empty()) return take_message();
  Message first = std::move(collected_.front());
  collected_.pop_front();
  return first;
}

/// From libssh's queue.
std::optional<Message> Session::take_message() noexcept {
  // Asking libssh costs a poll when there is none: only if packets other than channel data came in.
  while (!dead() && !breach_ && unseen() != 0) {
    const auto now = raw_.in_packets - data_packets_;
    MessageHandle message{ssh_message_get(get())};
    // libssh shows only a part of what it keeps of a message, and not where it ends: each is taken to be as large as
    // all that came in since there was none.
    const std::uint64_t bytes = raw_.in_bytes - data_bytes_;
    if (!message) {
      seen_ = now;
      looked_through_ = bytes;
      return {};
    }
    ChannelHandle channel;
    if (ssh_message_type(message.get()) == SSH_REQUEST_CHANNEL) {
      const auto owned = channels_.find(ssh_message_channel_request_channel(message.get()));
      if (owned != channels_.end()) channel = owned->second.lock();
      if (!channel) continue;  // libssh may have freed it: not even a refusal can be sent on it
    }
    return Message{std::move(message), *this, std::move(channel), static_cast<std::size_t>(bytes - looked_through_)};
  }
  return {};
}

/// Takes all messages from libssh's queue. It keeps a bare pointer to a channel with each, which must be there no more
/// when the channel is freed, nor when another one may come to have the same address.
void Session::collect() noexcept {
  while (auto message = take_message()) {
    if (collected_.size() < kMaxCollected) {
      collected_.push_back(*std::move(message));
    } else {
      note_breach("too many requests at once");
      message->refuse();
    }
  }
}

ChannelHandle Session::new_channel() {
  collect();
  const ssh_channel channel = ssh_channel_new(get());
  if (!channel) return {};
  ChannelHandle handle{channel, [this](ssh_channel c) { release(c); }};
  channels_[channel] = handle;
  return handle;
}

/// Its last owner is gone.
void Session::release(ssh_channel channel) noexcept {
  if (departed()) return;
  collect();
  channels_.erase(channel);
  ssh_channel_free(channel);
}

std::string software_of(const char* identification) {
  constexpr std::string_view kVersion = "SSH-2.0-";
  const std::string_view text = identification ? identification : "";
  return std::string{text.starts_with(kVersion) ? text.substr(kVersion.size()) : text};
}

std::string Session::error() const {
  std::string now = ssh_get_error(handle_.get());
  const bool is_worth_less = now.starts_with(texts::kSocketError) || first_fault_.starts_with(texts::kSmallHostKey);
  return is_worth_less && !first_fault_.empty() ? first_fault_ : now;
}

std::optional<std::string> Session::peer_disconnect() const {
  std::string text = error();
  if (!text.starts_with(texts::kDisconnect)) return {};
  text.erase(0, texts::kDisconnect.size());
  if (const auto colon = text.find(':'); colon != text.npos) text.insert(colon + 1, " ");  // as sshd writes it
  return text;
}

std::string Session::disconnect_reason() const {
  if (const auto words = peer_disconnect()) return "disconnected: " + *words;
  const std::string text = error();
  if (text.empty() || end_waits()) return "connection closed";
  if (!text.starts_with(texts::kSocketError)) return text;
  // On a plain hang-up libssh prints an errno that something else has left there: only what a socket can have is
  // believed.
  for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH})
    if (text.ends_with(::strerror(error))) return "connection lost: " + text.substr(texts::kSocketError.size());
  return "connection closed";
}

void Session::disconnect(const std::string& text) noexcept {
  if (dead()) return;
  const Fd socket{::fcntl(fd(), F_DUPFD_CLOEXEC, 0)};  // libssh closes its own
  ssh_session_set_disconnect_message(get(), text.c_str());
  ssh_blocking_flush(get(), kFlushMs);  // ssh_disconnect drops what is queued
  ssh_set_fd_towrite(get());
  life_ = Life::departed;
  ssh_disconnect(get());
  linger(socket.get());
}

}  // namespace pysshrp::ssh
