#pragma once
#include <sys/socket.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/fd.h"

namespace pysshrp::monitor {

/// One end of the connection between front and monitor: messages arrive whole (SOCK_SEQPACKET). What was received is
/// wiped before the next.
class Socket {
 public:
  explicit Socket(Fd fd) noexcept : fd_(std::move(fd)) {}
  Socket(Socket&&) noexcept = default;
  Socket& operator=(Socket&&) noexcept = default;
  ~Socket() { wipe(); }
  /// Both ends; -1 in them where the system has no room.
  static std::pair<Socket, Socket> pair();

  int fd() const noexcept { return fd_.get(); }
  /// Sends the message, with a copy of `descriptor` if there is one, and wipes it. False: it could not be sent.
  bool send(ByteWriter message, int descriptor = -1) noexcept;

  enum class Received { message, nothing, end };
  enum class Wait { no, yes };
  /// `end`: the other end is gone, or has sent what is no message, or too little in the time of limit_waits().
  Received receive(Wait wait) noexcept;
  /// How long receive() may wait.
  void limit_waits(long seconds) noexcept;
  /// Of the last message; until the next call.
  std::string_view bytes() const noexcept { return {buffer_.get(), size_}; }
  Fd take_descriptor() noexcept { return std::exchange(descriptor_, Fd{}); }

 private:
  void wipe() noexcept;
  bool take_descriptors(msghdr& header) noexcept;

  Fd fd_, descriptor_;
  std::unique_ptr<char[]> buffer_;  // of kMaxMessage, made with the first message
  std::size_t size_ = 0;
};

}  // namespace pysshrp::monitor
