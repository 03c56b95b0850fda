#pragma once
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <vector>

#include "ssh/channel.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// A channel request from the client that is not answered yet.
struct PendingRequest {
  ssh::Message message;
  ssh::ChannelRequest request;
};

/// The memory that queued requests hold; see ssh::Message::weight.
template <typename Queue>
std::size_t weight_of(const Queue& pending) noexcept {
  std::size_t weight = 0;
  for (const auto& one : pending) weight += one.message.weight();
  return weight;
}

/// A session channel that the client opened before the upstream was logged in.
struct PendingChannel {
  std::unique_ptr<ssh::Channel> channel;
  std::deque<PendingRequest> requests;  // declared after the channel that they point to, so freed before it
};

/// Everything that the client opened and asked for before the upstream was logged in.
struct PendingChannels {
  std::list<PendingChannel> channels;
  std::vector<ssh::Message> others;  ///< forwards and other requests that are not answered yet
};

}  // namespace pysshrp::relay
