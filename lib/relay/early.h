#pragma once
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <vector>

#include "ssh/channel.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// A request of the client's that waits for its turn.
struct Waiting {
  ssh::Message message;
  ssh::ChannelRequest request;
};

/// Of what waits, see ssh::Message::weight.
template <typename Queue>
std::size_t weight_of(const Queue& waiting) noexcept {
  std::size_t weight = 0;
  for (const auto& one : waiting) weight += one.message.weight();
  return weight;
}

/// A session channel that the client has got before there was an upstream to open one at.
struct EarlyChannel {
  std::unique_ptr<ssh::Channel> channel;
  std::deque<Waiting> requests;  // freed before the channel that they point to
};

/// All that a client did before there was an upstream.
struct Early {
  std::list<EarlyChannel> channels;
  std::vector<ssh::Message> others;  ///< tunnels and listeners that it waits for
};

}  // namespace pysshrp::relay
