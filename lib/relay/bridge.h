#pragma once
#include <cstddef>
#include <memory>
#include <optional>

#include "base/deadline.h"
#include "relay/account.h"
#include "relay/early.h"
#include "relay/lane.h"
#include "ssh/channel.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// Who has asked for a channel.
enum class Asker { client, upstream };

/// What one side asks the other one for.
struct Wish {
  ssh::Message message;  ///< empty: the asker has its channel already
  ssh::Opening opening;
};

/// A channel of the client and its counterpart at the upstream. The side that asked for it is answered when the other
/// one has answered. Pinned, like the channels in it.
class Bridge {
 public:
  Bridge(const Bridge&) = delete;
  Bridge& operator=(const Bridge&) = delete;
  virtual ~Bridge() = default;

  bool serves(ssh_channel channel) const noexcept { return channel == down_->get(); }
  /// Nothing is left to do, or one side did not want it.
  virtual bool over() const;
  /// Bytes of the upstream that the client has not taken yet.
  std::size_t held() const noexcept { return up_->held(); }
  /// Bytes of the client that the upstream has not taken yet.
  std::size_t held_up() const noexcept { return down_->held(); }
  /// Whether what it is for has begun.
  virtual bool running() const noexcept { return !opening_; }
  /// The upstream has closed the channel in good order, and the client has not got all of it yet: it would have closed
  /// the channel, too (RFC 4254, section 5.3).
  bool owes_the_client() const { return up_->closed() && !down_->gone(); }
  /// A request of the client's on the channel; only sessions know any.
  virtual void take(Waiting waiting) { waiting.message.refuse(); }
  virtual std::size_t waiting_weight() const noexcept { return 0; }
  /// When advance() wants to be called even if nothing comes.
  virtual TimePoint deadline() const noexcept { return kNever; }
  /// One step of everything; true if something moved, so that the loop comes back before it sleeps.
  virtual bool advance() = 0;
  /// Nothing more will come: records what is still to be recorded. Once.
  virtual void finish(TimePoint) {}

 protected:
  Bridge(std::unique_ptr<ssh::Channel> down, std::unique_ptr<ssh::Channel> up, Asker asker, Wish wish,
         Account& account);
  bool opening() const noexcept { return opening_; }
  /// Asks the other side, and answers the asker with what it says.
  ssh::Progress open();
  /// Of a channel that the asker has: open() begins anew.
  void open_again() noexcept { opening_ = true; }

  std::unique_ptr<ssh::Channel> down_, up_;
  Lane upward_, downward_;
  Account& account_;

 private:
  const Asker asker_;
  Wish wish_;  // the message is freed before the channels it points to
  bool opening_ = true, refused_ = false;
};

}  // namespace pysshrp::relay
