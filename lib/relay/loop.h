#pragma once
#include <list>
#include <string>

#include "base/deadline.h"
#include "relay/bridge.h"
#include "relay/rights.h"
#include "ssh/session.h"

namespace pysshrp::relay {

/// Who ended the session.
enum class EndedBy { client, upstream, stop, limit };

struct Ended {
  EndedBy by;
  std::string reason;
};

/// Wait, answer requests, move bytes, bury what has ended. Callbacks only take notes; everything is decided here, at
/// one stack depth.
class Loop {
 public:
  /// Both sessions are logged in and outlive the loop, as does `account`.
  Loop(ssh::Session& downstream, ssh::Session& upstream, const Terms& terms, Account& account) noexcept
      : downstream_(downstream), upstream_(upstream), terms_(terms), account_(account) {}

  /// Channels that the client has already.
  void adopt(std::list<Early> early);
  /// Until one side ends, or `stop_fd` becomes readable.
  Ended run(int stop_fd);

 private:
  Ended relay(int stop_fd);
  bool act();
  bool bury();
  void receive(ssh::Message message);
  bool upstream_must_wait() const;
  bool client_is_owed() const;
  bool client_may_get_more() const;
  std::size_t waiting_requests() const;
  bool set_up_ = false;

  ssh::Session &downstream_, &upstream_;
  const Terms terms_;
  Account& account_;
  std::list<Bridge> bridges_;  // pinned
};

}  // namespace pysshrp::relay
