#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

#include "base/deadline.h"
#include "relay/pending_channels.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// How long the upstream may take to answer a channel request. libssh asks for an answer to every request (RFC 4254,
/// section 5.4), even if the client wants none, and sends the next request on the channel only after the answer.
class AnswerTimeout {
 public:
  void opening_started() noexcept { opening_ = opening_ == kNever ? Clock::now() : opening_; }
  /// The upstream has opened the channel. A slow opening lengthens the timeout: the upstream is far away or busy.
  void opening_finished() noexcept { opening_took_ = Clock::now() - std::exchange(opening_, kNever); }
  TimePoint until(const ssh::ChannelRequest& request) const noexcept;

 private:
  TimePoint opening_ = kNever;
  Clock::duration opening_took_{};
};

/// The requests that the upstream granted on a channel before its program began. They are repeated if the channel has
/// to be replaced.
class SetupRequests {
 public:
  void add(ssh::ChannelRequest request);
  /// Returns all of them and forgets them. They have no message: the client has its answers already.
  std::deque<PendingRequest> release();

 private:
  std::deque<PendingRequest> requests_;
  std::size_t size_ = 0;  ///< of their texts, in bytes
};

}  // namespace pysshrp::relay
