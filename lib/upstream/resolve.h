#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/named.h"
#include "base/result.h"

namespace pysshrp::upstream {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Alternates the two families, beginning with that of the first, and leaves the order else (RFC 8305, section 4):
/// where one family leads nowhere, the other does not wait behind all its addresses.
std::vector<SocketAddress> interleaved(const std::vector<SocketAddress>& sorted);

/// Looks a host up, once, in a thread of its own where that can take time: getaddrinfo(3) knows no deadline. An
/// abandoned look-up ends with the process.
class Resolver {
 public:
  Resolver(const HostName& host, std::uint16_t port);
  /// Becomes and stays readable when done() turns true. -1: it has been from the beginning.
  int fd() const noexcept;
  bool done() const noexcept;
  /// In the order of RFC 6724. Only when done.
  Result<std::vector<SocketAddress>> addresses() const;

 private:
  struct Task;
  std::shared_ptr<Task> task_;  // shared with the thread, which may outlive us
};

}  // namespace pysshrp::upstream
