#pragma once
#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

#include "base/deadline.h"
#include "relay/early.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// How long the upstream may take to answer a request. libssh wants an answer to each (RFC 4254, section 5.4), also to
/// those that the client wants none to, and sends no other one on the channel meanwhile.
class Patience {
 public:
  void begins_to_open() noexcept { opening_ = opening_ == kNever ? Clock::now() : opening_; }
  /// The upstream has opened the channel: so far away, or so busy, it is.
  void has_opened() noexcept { took_ = Clock::now() - std::exchange(opening_, kNever); }
  TimePoint until(const ssh::ChannelRequest& request) const noexcept;

 private:
  TimePoint opening_ = kNever;
  Clock::duration took_{};
};

/// What the upstream has granted on a channel before its program began, to be asked for again on another one.
class SetUp {
 public:
  void note(ssh::ChannelRequest request);
  /// All of it, as requests that nobody waits for.
  std::deque<Waiting> take();

 private:
  std::deque<Waiting> requests_;
  std::size_t size_ = 0;  ///< of their texts, in bytes
};

}  // namespace pysshrp::relay
