#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "peer.h"

namespace peer {

/// When a message is sent decides which ones are likely.
enum class Phase { cleartext, login, session };

/// Makes random messages, most of them nearly valid. Each is determined by the seed, its index and the channels that
/// are known, so that others can be left out. Of the kinds of messages each seed uses some: what the rare ones do would
/// end most connections early.
class RandomMessages {
 public:
  explicit RandomMessages(std::uint64_t seed);
  /// Message number `index`. Nothing: keys are to be exchanged.
  std::optional<std::string> make(std::uint64_t index, Phase phase, Peer& peer);

 private:
  std::uint64_t seed_;
  std::vector<bool> used_;
};

/// What a client says that keeps to the rules: opens, requests, data within the window, ends.
std::string polite_message(Random& random, Peer& peer);

}  // namespace peer
