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
  std::unique_ptr<ssh::Reply> reply;  ///< null: nobody waits for it
  ssh::ChannelRequest request;

  std::size_t weight() const noexcept { return reply ? reply->weight() : 1; }
  void accept() noexcept {
    if (reply) reply->accept();
  }
  void refuse() noexcept {
    if (reply) reply->refuse();
  }
};

/// The memory that queued requests hold; see ssh::Reply::weight.
template <typename Queue>
std::size_t weight_of(const Queue& pending) noexcept {
  std::size_t weight = 0;
  for (const auto& one : pending) weight += one.weight();
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
