#pragma once
#include <cstddef>
#include <deque>
#include <vector>

#include "base/deadline.h"
#include "relay/account.h"
#include "relay/early.h"
#include "relay/rights.h"
#include "ssh/client.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// Where the upstream listens for the client (`ssh -R`; RFC 4254, section 7.1). Requests go up and are answered one
/// after the other: they have nothing but their order to tell which answer is whose.
class Listeners {
 public:
  /// All of them outlive it.
  Listeners(ssh::Client& upstream, const Terms& terms, Account& account) noexcept
      : upstream_(upstream), terms_(terms), account_(account) {}

  void take(ssh::Message message, ssh::GlobalRequest request);
  bool advance();
  /// Whether the upstream listens at this port because the client wanted it to. Servers name the address as they see
  /// it, not as they were told.
  bool has(int port) const noexcept;
  bool busy() const noexcept { return !waiting_.empty(); }
  std::size_t waiting_weight() const noexcept { return weight_of(waiting_); }
  /// Until then the client should not be read. A keepalive@openssh.com of its own is answered by libssh at once, and an
  /// answer that overtakes ours would be taken for ours. Not for ever: an upstream may owe its answer.
  TimePoint client_waits_until() const noexcept;

 private:
  struct Waiting {
    ssh::Message message;
    ssh::GlobalRequest request;
  };
  ssh::Progress forward(const ssh::Listen& listen);
  ssh::Progress forward(const ssh::StopListening& stop);
  void settle(Waiting& waiting, bool done);

  ssh::Client& upstream_;
  const Terms& terms_;
  Account& account_;
  std::deque<Waiting> waiting_;
  std::vector<ssh::HostAndPort> listening_;
  bool in_flight_ = false;
  TimePoint asked_{};               ///< when the request in flight went up
  int drawn_port_ = 0, draws_ = 0;  ///< for a client that leaves the port to us
};

}  // namespace pysshrp::relay
