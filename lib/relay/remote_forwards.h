#pragma once
#include <cstddef>
#include <deque>
#include <vector>

#include "base/deadline.h"
#include "relay/pending_channels.h"
#include "relay/relay_observer.h"
#include "relay/rights.h"
#include "ssh/client.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// Where the upstream listens for the client (`ssh -R`; RFC 4254, section 7.1). One request is sent at a time: answers
/// to global requests have no number, only their order.
class RemoteForwards {
 public:
  /// All of them outlive it.
  RemoteForwards(ssh::Client& upstream, const RelayOptions& options, RelayObserver& observer) noexcept
      : upstream_(upstream), options_(options), observer_(observer) {}

  void on_request(ssh::Message message, ssh::GlobalRequest request);
  bool advance();
  /// Whether the client has asked the upstream to listen at this port. The address is not compared: servers report it
  /// in their own form.
  bool has(int port) const noexcept;
  bool busy() const noexcept { return !waiting_.empty(); }
  std::size_t waiting_weight() const noexcept { return weight_of(waiting_); }
  /// The client should not be read before this time. libssh answers keepalive@openssh.com at once, and the client would
  /// take that answer for the one to its tcpip-forward. Bounded, because an upstream may never answer.
  TimePoint client_waits_until() const noexcept;

 private:
  struct PendingForward {
    ssh::Message message;
    ssh::GlobalRequest request;
    std::size_t weight() const noexcept { return message.weight(); }
  };
  ssh::Progress forward(const ssh::Listen& listen);
  ssh::Progress forward(const ssh::StopListening& stop);
  void complete(PendingForward& pending, bool done);

  ssh::Client& upstream_;
  const RelayOptions& options_;
  RelayObserver& observer_;
  std::deque<PendingForward> waiting_;
  std::vector<ssh::HostAndPort> listening_;
  bool in_flight_ = false;
  TimePoint asked_{};               ///< when the request in flight was sent
  int drawn_port_ = 0, draws_ = 0;  ///< where the client asked for port 0
};

}  // namespace pysshrp::relay
