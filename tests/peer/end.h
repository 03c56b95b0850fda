#pragma once

#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>

#include "peer.h"
#include "transport.h"

namespace peer {

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

/// One of our two ends of the connection.
struct End {
  End(int fd, Transport::Side side, const std::string& user, std::uint64_t seed, const Flaw& flaw)
      : socket(fd), transport(fd, side, seed, flaw), peer(transport, side, user, seed) {}

  /// Moves bytes, and hears what has come. Returns whether anything moved.
  bool move(bool listens) {
    const std::size_t before = transport.unsent();
    gone = gone || !transport.flush();
    bool moved = transport.unsent() != before;
    if (!listens || gone) return moved;
    gone = !transport.fill();
    while (const auto payload = transport.receive()) {
      peer.hear(*payload);
      moved = true;
    }
    return moved;
  }

  Socket socket;
  Transport transport;
  Peer peer;
  bool gone = false;
};

}  // namespace peer
