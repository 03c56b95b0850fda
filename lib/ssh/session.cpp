#include "ssh/session.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <cerrno>
#include <string_view>

#include "ssh/read_ahead.h"

namespace pysshrp::ssh {
namespace {

constexpr int kReadsPerTurn = 64;  // libssh reads 4 KiB at a time
constexpr int kFlushMs = 2000;
// How libssh words what it has no other way to tell.
constexpr std::string_view kDisconnect = "Received SSH_MSG_DISCONNECT: ", kSocketError = "Socket error: ";

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

Session::Session() : event_(ssh_event_new()), handle_(ssh_new()) {
  ssh_set_blocking(get(), 0);
  ssh_set_counters(get(), nullptr, &raw_);
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
  for (int i = 0, rc = SSH_OK; i < kReadsPerTurn && rc == SSH_OK; ++i) {
    rc = ssh_event_dopoll(event_.get(), 0);
    if (rc == SSH_ERROR) broken_ = true;
  }
  acknowledge_quickly();
}

std::optional<Message> Session::next_message() noexcept {
  // Asking libssh costs a poll when there is none: only if packets other than channel data came in.
  if (dead() || raw_.in_packets - data_packets_ == seen_) return {};
  const auto now = raw_.in_packets - data_packets_;
  MessageHandle message{ssh_message_get(get())};
  // libssh shows only a part of what it keeps of a message, and not where it ends: each is taken to be as large as all
  // that came in since there was none.
  const std::uint64_t bytes = raw_.in_bytes - data_bytes_;
  if (!message) {
    seen_ = now;
    looked_through_ = bytes;
    return {};
  }
  return Message{std::move(message), get(), static_cast<std::size_t>(bytes - looked_through_)};
}

std::string Session::error() const {
  std::string now = ssh_get_error(handle_.get());
  return now.starts_with(kSocketError) && !first_fault_.empty() ? first_fault_ : now;
}

std::optional<std::string> Session::last_words() const {
  std::string text = error();
  if (!text.starts_with(kDisconnect)) return {};
  text.erase(0, kDisconnect.size());
  if (const auto colon = text.find(':'); colon != text.npos) text.insert(colon + 1, " ");  // as sshd writes it
  return text;
}

std::string Session::obituary() const {
  if (const auto words = last_words()) return "disconnected: " + *words;
  const std::string text = error();
  if (text.empty()) return "connection closed";
  if (!text.starts_with(kSocketError)) return text;
  // On a plain hang-up libssh prints an errno that something else has left there: only what a socket can have is
  // believed.
  for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH})
    if (text.ends_with(::strerror(error))) return "connection lost: " + text.substr(kSocketError.size());
  return "connection closed";
}

void Session::say_goodbye(const std::string& text) noexcept {
  if (dead()) return;
  ssh_session_set_disconnect_message(get(), text.c_str());
  ssh_blocking_flush(get(), kFlushMs);  // ssh_disconnect drops what is queued
  ssh_set_fd_towrite(get());
  departed_ = true;
  ssh_disconnect(get());
}

}  // namespace pysshrp::ssh
