#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connection.h"

namespace peer {

/// What has hurt handlers once, message by message.
struct Attack {
  const char* name;
  Mode mode;
  std::uint64_t prepares;  ///< That many messages are sent one by one, each when all channels are open.
  std::uint64_t messages;
  bool deaf;  ///< Afterwards neither peer reads.
  std::string (*message)(std::uint64_t index, Peer& peer);
};

const std::vector<Attack>& attacks();

}  // namespace peer
