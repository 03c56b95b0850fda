#pragma once
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/fd.h"
#include "base/named.h"
#include "base/network.h"
#include "ssh/handles.h"
#include "ssh/wait.h"
#include "upstream/resolve.h"

namespace pysshrp::upstream {

/// Where to connect, and how patiently.
struct Destination {
  HostName host;
  std::uint16_t port;
  std::optional<Address> bind;           ///< the local address to come from
  std::chrono::seconds connect_timeout;  ///< for one address, and for the resolver
};

/// A TCP connection in the making: resolves the name, then tries its addresses one after the other.
class Dial {
 public:
  explicit Dial(Destination destination) : to_(std::move(destination)) {}

  /// To be repeated while it says `again`, whenever waits_for() is ready or deadline() has passed.
  ssh::Progress advance(TimePoint now);
  ssh::Other waits_for() const;
  TimePoint deadline() const noexcept { return deadline_; }
  /// The connected socket, when done.
  Fd take() noexcept { return std::move(socket_); }
  /// The address that was tried last.
  const std::string& address() const noexcept { return address_; }
  struct Failure {
    std::string address, why;
  };
  /// The addresses that were tried in vain.
  const std::vector<Failure>& failures() const noexcept { return failures_; }
  /// Why it failed: each address with its reason.
  const std::string& error() const noexcept { return error_; }

 private:
  bool connect_next(TimePoint now);
  ssh::Progress settle(TimePoint now);
  void note_failure(const std::string& why);

  const Destination to_;
  std::optional<Resolver> resolver_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  Fd socket_;
  TimePoint deadline_ = kNever;
  std::string address_, error_;
  std::vector<Failure> failures_;
};

}  // namespace pysshrp::upstream
