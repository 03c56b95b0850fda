#include "connection/startups.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/client_messages.h"
#include "downstream/handshake.h"

namespace pysshrp::connection {
namespace {

// Short before the mark of a newcomer is seen, and long enough to cost nothing.
constexpr std::chrono::milliseconds kLookEvery{250};

/// `[192.0.2.1]:2222`, as sshd writes it.
std::string local_end(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return "unknown";
  std::array<std::uint8_t, 16> bytes{};
  if (storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &storage, sizeof in);
    return '[' + Address::v4(ntohl(in.sin_addr.s_addr)).text() + "]:" + std::to_string(ntohs(in.sin_port));
  }
  if (storage.ss_family != AF_INET6) return "unix";
  sockaddr_in6 in{};
  std::memcpy(&in, &storage, sizeof in);
  std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
  return '[' + Address::v6(bytes).text() + "]:" + std::to_string(ntohs(in.sin6_port));
}

}  // namespace

peer::StartupLimits startup_limits(const config::Settings& settings) {
  return {settings.max_startups, settings.per_source_max_startups, settings.per_source_net_block_size};
}

bool StartupWatch::gives_way(TimePoint now) noexcept {
  if (now < next_) return false;
  next_ = now + kLookEvery;
  return startup_.gives_way();
}

KeyExchange exchange_keys(ssh::Server& downstream, const peer::Startup& startup, int stop_fd, TimePoint until) {
  for (;;) {
    const TimePoint look = startup.is_counted() ? std::min(until, Clock::now() + kLookEvery) : until;
    if (downstream::shake_hands(downstream, stop_fd, look)) return KeyExchange::done;
    if (look == until || Clock::now() < look) return KeyExchange::failed;
    if (startup.gives_way()) return KeyExchange::gave_way;
  }
}

log::PastMaxStartups past_max_startups(int socket, const peer::Startup& startup, std::string_view bound) {
  return {startup.count(), local_end(socket), std::string{bound}};
}

void drop(const Fd& socket) noexcept {
  const std::string words = std::string{client_messages::kMaxStartups} + "\r\n";
  ::send(socket.get(), words.data(), words.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket.get(), SHUT_WR);
  // What has come and is not read when the socket is closed would take the words away from the client.
  std::array<char, 4096> rest;
  (void)!::recv(socket.get(), rest.data(), rest.size(), MSG_DONTWAIT);
}

void drop(ssh::Server& downstream) {
  ::shutdown(downstream.fd(), SHUT_RD);  // nobody is waited for
  downstream.disconnect(client_messages::kMaxStartups);
}

std::string startups_note(const config::Settings& settings, const char* file) {
  if (!settings.max_startups && !settings.per_source_max_startups) return {};
  if (::access(file, R_OK) == 0) return {};
  const std::string why = std::strerror(errno);
  return std::string{file} + ": note: " + why +
         ": max_startups and per_source_max_startups bound nothing without this file. 'systemd-tmpfiles --create "
         "pysshrp.conf' makes it; without systemd see pysshrp-handler(8)";
}

}  // namespace pysshrp::connection
