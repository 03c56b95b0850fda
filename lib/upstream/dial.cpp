#include "upstream/dial.h"

#include <poll.h>
#include <string.h>

#include <array>
#include <cerrno>

namespace pysshrp::upstream {
namespace {

std::string text_of(const SocketAddress& address) {
  std::array<char, NI_MAXHOST> host{};
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&address.storage), address.size, host.data(), host.size(), nullptr, 0,
                NI_NUMERICHOST);
  return host.data();
}

bool bind_to(int socket, const Address& local) noexcept {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  addrinfo* list = nullptr;
  if (::getaddrinfo(local.text().c_str(), "0", &hints, &list) != 0) return false;
  const bool bound = ::bind(socket, list->ai_addr, list->ai_addrlen) == 0;
  ::freeaddrinfo(list);
  return bound;
}

}  // namespace

ssh::Progress Dial::advance(TimePoint now) {
  if (!resolver_) {
    resolver_.emplace(to_.host, to_.port);
    deadline_ = now + to_.connect_timeout;
  }
  if (addresses_.empty()) {
    if (!resolver_->done()) {
      if (now < deadline_) return ssh::Progress::again;
      error_ = to_.host.text() + ": the name was not resolved in time";
      return ssh::Progress::failed;
    }
    auto found = resolver_->addresses();
    if (!found) error_ = to_.host.text() + ": " + found.error().what;
    if (!found || found->empty() || (addresses_ = *std::move(found), !connect_next(now))) return ssh::Progress::failed;
  }
  return settle(now);
}

ssh::Other Dial::waits_for() const {
  if (resolver_ && !resolver_->done()) return {resolver_->fd(), POLLIN};
  return {socket_.get(), POLLOUT};
}

/// Whether the connection that is under way has been made; if not, tries the next address.
ssh::Progress Dial::settle(TimePoint now) {
  for (;;) {
    pollfd p{socket_.get(), POLLOUT, 0};
    if (::poll(&p, 1, 0) == 0) {
      if (now < deadline_) return ssh::Progress::again;
      note_failure("no answer in " + std::to_string(to_.connect_timeout.count()) + " s");
    } else {
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      if (error == 0) return ssh::Progress::done;
      note_failure(::strerror(error));
    }
    if (!connect_next(now)) return ssh::Progress::failed;
  }
}

/// Starts a connection to the next address that takes one.
bool Dial::connect_next(TimePoint now) {
  while (next_ < addresses_.size()) {
    const SocketAddress& address = addresses_[next_++];
    address_ = text_of(address);
    socket_ = Fd{::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (to_.bind && !bind_to(socket_.get(), *to_.bind)) {
      note_failure("cannot come from " + to_.bind->text() + ": " + ::strerror(errno));
      continue;
    }
    deadline_ = now + to_.connect_timeout;
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 ||
        errno == EINPROGRESS)
      return true;
    note_failure(::strerror(errno));
  }
  return false;
}

void Dial::note_failure(const std::string& why) {
  failures_.push_back({address_, why});
  error_ += (error_.empty() ? "" : "; ") + address_ + ": " + why;
}

}  // namespace pysshrp::upstream
