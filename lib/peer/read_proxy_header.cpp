#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>

#include "peer/proxy_header.h"

namespace pysshrp::peer {
namespace {

/// Returns nothing once the socket is readable, also at its end.
std::optional<Error> wait(int socket, int stop_fd, TimePoint until) {
  std::array<pollfd, 2> fds{{{socket, POLLIN, 0}, {stop_fd, POLLIN, 0}}};
  while (::poll(fds.data(), fds.size(), poll_timeout(Clock::now(), until)) <= 0)
    if (Clock::now() >= until) return Error{"no complete PROXY protocol header in time"};
  if (fds[1].revents != 0) return Error{"asked to stop"};
  return {};
}

}  // namespace

ProxyHeader read_proxy_header(int socket, int stop_fd, TimePoint until) {
  std::array<char, kLongestHeader> header;
  std::size_t size = 0;
  for (;;) {
    const ParsedHeader parsed = parse_header({header.data(), size});
    if (const auto* client = std::get_if<Peer>(&parsed)) return *client;
    if (const auto* error = std::get_if<Error>(&parsed)) return *error;
    const auto* const more = std::get_if<NeedMore>(&parsed);
    if (!more) return LocalCommand{};
    if (auto error = wait(socket, stop_fd, until)) return *std::move(error);
    const ssize_t n = ::recv(socket, header.data() + size, more->bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0 && size == 0) return LocalCommand{};
    if (n <= 0) return Error{"closed in the middle of its PROXY protocol header"};
    size += static_cast<std::size_t>(n);
  }
}

bool has_proxy_header(int socket) noexcept {
  std::array<char, kSignature> first;
  const ssize_t n = ::recv(socket, first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
  return n > 0 && begins_header({first.data(), static_cast<std::size_t>(n)});
}

}  // namespace pysshrp::peer
