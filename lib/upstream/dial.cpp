#include "upstream/dial.h"

#include <poll.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

namespace pysshrp::upstream {
namespace {

constexpr std::chrono::milliseconds kAttemptDelay{250};  // RFC 8305, section 5

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
  if (addresses_.empty())
    if (const ssh::Progress progress = resolve(now); progress != ssh::Progress::done) return progress;
  return connect(now);
}

ssh::Progress Dial::resolve(TimePoint now) {
  if (!resolver_->done()) {
    if (now < deadline_) return ssh::Progress::again;
    error_ = to_.host.text() + ": the name was not resolved in time";
    return ssh::Progress::failed;
  }
  const auto found = resolver_->addresses();
  if (!found) error_ = to_.host.text() + ": " + found.error().what;
  if (!found || found->empty()) return ssh::Progress::failed;
  addresses_ = interleaved(*found);
  return ssh::Progress::done;
}

std::vector<ssh::Other> Dial::waits_for() const {
  // Also where it has become done since advance(): that is still to be called.
  if (resolver_ && addresses_.empty()) return {{resolver_->fd(), POLLIN}};
  std::vector<ssh::Other> others;
  for (const Attempt& attempt : attempts_) others.push_back({attempt.socket.get(), POLLOUT});
  return others;
}

ssh::Progress Dial::connect(TimePoint now) {
  do {
    if (complete(now)) return ssh::Progress::done;
  } while (start_next(now));
  if (attempts_.empty()) return ssh::Progress::failed;
  deadline_ = may_start() ? next_start_ : kNever;
  for (const Attempt& attempt : attempts_) deadline_ = std::min(deadline_, attempt.since + to_.connect_timeout);
  return ssh::Progress::again;
}

bool Dial::may_start() const noexcept {
  return next_ < addresses_.size() && attempts_.size() < ssh::kMaxOthers;
}

/// Whether a connection has been made. Those that cannot be made any more are failures.
bool Dial::complete(TimePoint now) {
  for (std::size_t i = 0; i < attempts_.size();) {
    Attempt& attempt = attempts_[i];
    pollfd p{attempt.socket.get(), POLLOUT, 0};
    int error = 0;
    if (::poll(&p, 1, 0) != 0) {
      socklen_t size = sizeof error;
      ::getsockopt(attempt.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      if (error == 0) {
        complete_with(i, now);
        return true;
      }
    } else if (now < attempt.since + to_.connect_timeout) {
      ++i;
      continue;
    }
    note_failure(attempt.address,
                 error != 0 ? ::strerror(error) : "no answer in " + std::to_string(to_.connect_timeout.count()) + " s",
                 now);
    attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return false;
}

/// Those before it in the order had their chance.
void Dial::complete_with(std::size_t nth, TimePoint now) {
  using std::chrono::milliseconds;
  for (std::size_t i = 0; i < nth; ++i) {
    const auto waited = std::chrono::duration_cast<milliseconds>(now - attempts_[i].since).count();
    note_failure(attempts_[i].address, "no answer in " + std::to_string(waited) + " ms, and another address answers",
                 now);
  }
  address_ = std::move(attempts_[nth].address);
  socket_ = std::move(attempts_[nth].socket);
  attempts_.clear();
}

/// Starts a connection to the next address, if there is one and it is time. False: there is nothing more to do now.
bool Dial::start_next(TimePoint now) {
  if (!may_start() || (!attempts_.empty() && now < next_start_)) return false;
  const SocketAddress& address = addresses_[next_++];
  next_start_ = now + kAttemptDelay;
  address_ = text_of(address);
  Fd socket{::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (to_.bind && !bind_to(socket.get(), *to_.bind))
    note_failure(address_, "cannot come from " + to_.bind->text() + ": " + ::strerror(errno), now);
  else if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 ||
           errno == EINPROGRESS)
    attempts_.push_back({std::move(socket), address_, now});
  else
    note_failure(address_, ::strerror(errno), now);
  return true;
}

/// The next one need not wait for its turn.
void Dial::note_failure(const std::string& address, const std::string& why, TimePoint now) {
  failures_.push_back({address, why});
  error_ += (error_.empty() ? "" : "; ") + address + ": " + why;
  next_start_ = now;
}

}  // namespace pysshrp::upstream
