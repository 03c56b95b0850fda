#pragma once
#include <cstddef>
#include <memory>
#include <optional>

#include "base/deadline.h"
#include "relay/lane.h"
#include "relay/pending_channels.h"
#include "relay/relay_observer.h"
#include "ssh/channel_end.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// Who has asked for a channel.
enum class Initiator { client, upstream };

/// A channel that one side wants to open at the other.
struct ChannelOpen {
  std::unique_ptr<ssh::Reply> reply;  ///< null: the initiator's channel is open already
  ssh::Opening opening;
};

/// A downstream channel and its upstream channel. The side that opened it gets its answer when the other side has
/// answered. Neither copied nor moved, because libssh points to the channels in it.
///
///   State  opening -> open      the other side has answered, if only with a no that the initiator is still to see
///          opening -> refused   the initiator has been told no: there is nothing left
///
/// What each channel has sent and may still send (OpenSSH's nchan.c) is known to its ChannelEnd and to the two lanes.
class ChannelPair {
 public:
  ChannelPair(std::unique_ptr<ssh::ChannelEnd> down, std::unique_ptr<ssh::ChannelEnd> up, Initiator initiator,
              ChannelOpen request, RelayObserver& observer);
  ChannelPair(const ChannelPair&) = delete;
  ChannelPair& operator=(const ChannelPair&) = delete;
  virtual ~ChannelPair() = default;

  bool serves(ssh_channel channel) const noexcept { return channel == down_->get(); }
  /// Both channels are closed, or the other side refused to open its one.
  virtual bool over() const;
  /// Bytes from the upstream that have not been sent to the client.
  std::size_t held() const noexcept { return up_->held(); }
  /// Bytes from the client that have not been sent to the upstream.
  std::size_t held_up() const noexcept { return down_->held(); }
  /// Adjusts both windows for the bytes that were passed on. Windows may grow by `left` bytes in all, which is reduced;
  /// see ssh::Window.
  void refill(std::size_t& left);
  std::size_t widened() const noexcept { return up_->widened() + down_->widened(); }
  /// Whether its program or forward has begun.
  virtual bool running() const noexcept { return !opening(); }
  /// The upstream has closed its channel, and the client has not answered with a CLOSE of its own (RFC 4254,
  /// section 5.3): it may not have received everything yet.
  bool owes_the_client() const { return up_->closed() && !down_->gone(); }
  /// The client sent a channel request. Only session channels accept any.
  virtual void on_request(PendingRequest pending) { pending.refuse(); }
  virtual std::size_t waiting_weight() const noexcept { return 0; }
  /// When advance() has to be called even if nothing arrives.
  virtual TimePoint deadline() const noexcept { return kNever; }
  /// Does whatever can be done now. True if anything moved: the loop then calls it again before it sleeps.
  virtual bool advance() = 0;
  /// Writes the last records. Called once, when nothing more arrives.
  virtual void finish(TimePoint) {}

 protected:
  bool opening() const noexcept { return state_ == State::opening; }
  /// Opens the channel at the other side, and passes its answer on to the initiator.
  ssh::Progress open();
  /// Lets open() open the other side's channel once more; the initiator keeps its own.
  void open_again() { enter(State::opening); }
  /// Tells the debug log.
  void note(const char* state) const;

  std::unique_ptr<ssh::ChannelEnd> down_, up_;
  Lane upward_, downward_;
  RelayObserver& observer_;

 private:
  enum class State { opening, open, refused };
  void enter(State state);

  const Initiator initiator_;
  const unsigned number_;
  ChannelOpen request_;  // declared after the channels that its reply points to, so freed before them
  State state_ = State::opening;
};

}  // namespace pysshrp::relay
