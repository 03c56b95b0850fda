#pragma once
#include <cstddef>
#include <memory>
#include <optional>

#include "base/deadline.h"
#include "relay/lane.h"
#include "relay/pending_channels.h"
#include "relay/relay_observer.h"
#include "ssh/channel.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// Who has asked for a channel.
enum class Initiator { client, upstream };

/// A channel that one side wants to open at the other.
struct ChannelOpen {
  ssh::Message message;  ///< empty: the initiator's channel is open already
  ssh::Opening opening;
};

/// A downstream channel and its upstream channel. The side that opened it gets its answer when the other side has
/// answered. Neither copied nor moved, because libssh points to the channels in it.
class ChannelPair {
 public:
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
  virtual bool running() const noexcept { return !opening_; }
  /// The upstream has closed its channel, and the client has not answered with a CLOSE of its own (RFC 4254,
  /// section 5.3): it may not have received everything yet.
  bool owes_the_client() const { return up_->closed() && !down_->gone(); }
  /// The client sent a channel request. Only session channels accept any.
  virtual void on_request(PendingRequest pending) { pending.message.refuse(); }
  virtual std::size_t waiting_weight() const noexcept { return 0; }
  /// When advance() has to be called even if nothing arrives.
  virtual TimePoint deadline() const noexcept { return kNever; }
  /// Does whatever can be done now. True if anything moved: the loop then calls it again before it sleeps.
  virtual bool advance() = 0;
  /// Writes the last records. Called once, when nothing more arrives.
  virtual void finish(TimePoint) {}

 protected:
  ChannelPair(std::unique_ptr<ssh::Channel> down, std::unique_ptr<ssh::Channel> up, Initiator initiator,
              ChannelOpen request, RelayObserver& observer);
  bool opening() const noexcept { return opening_; }
  /// Opens the channel at the other side, and passes its answer on to the initiator.
  ssh::Progress open();
  /// Lets open() open the other side's channel once more; the initiator keeps its own.
  void open_again() noexcept { opening_ = true; }

  std::unique_ptr<ssh::Channel> down_, up_;
  Lane upward_, downward_;
  RelayObserver& observer_;

 private:
  const Initiator initiator_;
  ChannelOpen request_;  // declared after the channels that its message points to, so freed before them
  bool opening_ = true, refused_ = false;
};

}  // namespace pysshrp::relay
