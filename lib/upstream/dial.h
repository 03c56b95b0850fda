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

/// A TCP connection in the making: resolves the name, then tries its addresses in order, as RFC 8305 (Happy Eyeballs)
/// has it. The next one is tried when one has failed, or has not answered in a quarter of a second, and those before it
/// go on meanwhile. The first that is connected is taken, and the others are closed.
class Dial {
 public:
  explicit Dial(Destination destination) : to_(std::move(destination)) {}

  /// To be repeated while it says `again`, whenever waits_for() is ready or deadline() has passed.
  ssh::Progress advance(TimePoint now);
  std::vector<ssh::Other> waits_for() const;
  TimePoint deadline() const noexcept { return deadline_; }
  /// The connected socket, when done.
  Fd take() noexcept { return std::move(socket_); }
  /// The address that is connected, when done; else the one that was tried last.
  const std::string& address() const noexcept { return address_; }
  struct Failure {
    std::string address, why;
  };
  /// The addresses that were tried in vain. When done, those before the one that is connected are all among them.
  const std::vector<Failure>& failures() const noexcept { return failures_; }
  /// Why it failed: each address with its reason.
  const std::string& error() const noexcept { return error_; }

 private:
  struct Attempt {
    Fd socket;
    std::string address;
    TimePoint since;
  };
  ssh::Progress resolve(TimePoint now);
  ssh::Progress connect(TimePoint now);
  bool start_next(TimePoint now);
  bool complete(TimePoint now);
  void complete_with(std::size_t nth, TimePoint now);
  void note_failure(const std::string& address, const std::string& why, TimePoint now);
  bool may_start() const noexcept;

  const Destination to_;
  std::optional<Resolver> resolver_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;           ///< of the addresses, the first not tried yet
  std::vector<Attempt> attempts_;  ///< that are under way, in the order of the addresses
  TimePoint next_start_{};
  Fd socket_;
  TimePoint deadline_ = kNever;
  std::string address_, error_;
  std::vector<Failure> failures_;
};

}  // namespace pysshrp::upstream
