#pragma once
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/memory.h"
#include "relay/account.h"
#include "relay/bridge.h"
#include "relay/early.h"
#include "relay/listeners.h"
#include "relay/rights.h"
#include "ssh/client.h"
#include "ssh/session.h"

namespace pysshrp::relay {

/// Who ended the session. `upstream_in_order`: with every channel closed before, so that the client has all that it is
/// owed, and knows it.
enum class EndedBy { client, upstream, upstream_in_order, stop, limit, breach };

struct Ended {
  EndedBy by;
  std::string reason;
};

/// Wait, answer requests, move bytes, bury what has ended. Callbacks only take notes; everything is decided here, at
/// one stack depth.
class Loop {
 public:
  /// Both sessions are logged in and outlive the loop, as does `account`.
  Loop(ssh::Session& downstream, ssh::Client& upstream, const Terms& terms, memory::Bound memory,
       Account& account) noexcept
      : downstream_(downstream),
        upstream_(upstream),
        terms_(terms),
        account_(account),
        listeners_(upstream, terms_, account),
        memory_(memory) {}

  /// What the client has and wants already.
  void adopt(Early early);
  /// Until one side ends, or `stop_fd` becomes readable.
  Ended run(int stop_fd);

 private:
  Ended relay(int stop_fd);
  std::optional<Ended> exceeded();
  std::optional<Ended> over(TimePoint now);
  std::optional<Ended> over_without_upstream(TimePoint now);
  bool act();
  bool bury();
  void receive(ssh::Message message);
  void receive_from_upstream(ssh::Message message);
  void open(Asker asker, Wish wish);
  bool receive_what_waited();
  bool upstream_may_open(const ssh::Opening& opening) const;
  TimePoint idle_until() const;
  bool is_idle(TimePoint now);
  bool upstream_must_wait() const;
  std::optional<Asker> held_side(TimePoint now);
  bool client_has_gone() const;
  bool upstream_has_gone() const;
  bool client_is_owed() const;
  bool holds_for_client() const;
  bool holds_for_upstream() const;
  std::uint64_t packets() const;
  std::size_t waiting_weight() const;

  ssh::Session& downstream_;
  ssh::Client& upstream_;
  const Terms terms_;
  Account& account_;
  Granted granted_;
  Listeners listeners_;
  std::list<std::unique_ptr<Bridge>> bridges_;
  std::deque<ssh::Message> behind_listeners_;  ///< what the client has sent since it asked for a listener
  TimePoint read_all_{};                       ///< when both sides were read although much is held
  memory::Bound memory_;
  TimePoint until_ = kNever;   ///< a side is dead, and the other one has so long to take more of what is left
  std::uint64_t carried_ = 0;  ///< to it, in bytes, when that was said
  bool set_up_ = false;
  bool has_ended_one_ = false;  ///< a bridge
  struct Activity {
    TimePoint last = Clock::now();
    std::uint64_t bytes = 0;
  };
  Activity activity_;  ///< of either side, for idle_timeout
};

}  // namespace pysshrp::relay
