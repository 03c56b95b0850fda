#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/memory.h"
#include "relay/channel_pair.h"
#include "relay/pending_channels.h"
#include "relay/relay_observer.h"
#include "relay/remote_forwards.h"
#include "relay/rights.h"
#include "ssh/client.h"
#include "ssh/server.h"

namespace pysshrp::relay {

/// Who ended the session. `upstream_in_order`: the upstream left after all channels were closed, so the client has
/// received everything.
enum class EndedBy { client, upstream, upstream_in_order, stop, limit, breach };

struct Ended {
  EndedBy by;
  std::string reason;
};

/// The event loop of a session: wait, answer requests, move bytes, remove closed channels. libssh's callbacks only
/// store what happened; all decisions are made here, at one stack depth.
class Loop {
 public:
  /// Both sessions are logged in and outlive the loop, as does `observer`. Runs until `stop_fd` becomes readable.
  Loop(ssh::Server& downstream, ssh::Client& upstream, const RelayOptions& options, memory::Bound memory, int stop_fd,
       RelayObserver& observer)
      : downstream_(downstream),
        upstream_(upstream),
        options_(options),
        observer_(observer),
        remote_forwards_(upstream, options_, observer, [this](TimePoint until) { return wait_for_upstream(until); }),
        memory_(memory),
        stop_fd_(stop_fd) {}

  /// Takes over the channels and requests from before the session.
  void adopt(PendingChannels pending);
  /// Runs until one side ends, a limit is exceeded, or it is told to stop.
  Ended run();

 private:
  Ended relay();
  std::optional<Ended> exceeded();
  std::optional<Ended> over(TimePoint now);
  std::optional<Ended> over_without_upstream(TimePoint now);
  bool act();
  bool remove_closed();
  std::size_t windows_left() const noexcept;
  void receive(ssh::Message message);
  void receive_from_upstream(ssh::Message message);
  void open(Initiator initiator, ChannelOpen request);
  ssh::GlobalAnswer answer(const ssh::GlobalRequest& request);
  bool wait_for_upstream(TimePoint until);
  bool upstream_may_open(const ssh::Opening& opening) const;
  TimePoint idle_until() const;
  bool is_idle(TimePoint now);
  bool upstream_must_wait() const;
  std::optional<Initiator> held_side(TimePoint now);
  bool client_has_gone() const;
  bool upstream_has_gone() const;
  bool client_is_owed() const;
  bool holds_for_client() const;
  bool holds_for_upstream() const;
  std::uint64_t packets() const;
  std::size_t waiting_weight() const;

  ssh::Server& downstream_;
  ssh::Client& upstream_;
  const RelayOptions options_;
  RelayObserver& observer_;
  Granted granted_;
  RemoteForwards remote_forwards_;
  std::list<std::unique_ptr<ChannelPair>> pairs_;
  TimePoint read_all_{};  ///< when both sides were last read although too much is held
  memory::Bound memory_;
  const int stop_fd_;
  TimePoint until_ = kNever;   ///< after one side's death: when the other one must have taken what is left
  std::uint64_t carried_ = 0;  ///< bytes sent to the other side when until_ was set
  bool is_set_up_ = false;
  bool has_ended_one_ = false;  ///< a channel pair has been removed
  struct Activity {
    TimePoint last = Clock::now();
    std::uint64_t bytes = 0;
  };
  Activity activity_;  ///< of both sides, for idle_timeout
};

}  // namespace pysshrp::relay
