#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connection.h"

namespace peer {

/// What is asked of the handler besides that nothing hurts it.
enum class Must {
  survive,
  end,    ///< It ends the connection in time.
  serve,  ///< It lets the client in: the others of its kind fail for what they do, not for how they are made.
};

/// What has hurt handlers once, message by message.
struct Attack {
  std::string name;
  Mode mode = Mode::session;
  std::uint64_t prepares = 0;  ///< That many messages are sent one by one, each when all channels are open.
  std::uint64_t messages = 0;
  bool deaf = false;  ///< Afterwards neither peer reads.
  std::string (*message)(std::uint64_t index, Peer& peer) = nullptr;
  Flaw flaw{};
  Must must = Must::survive;
  unsigned seconds = 20;  ///< How long it may take.
};

const std::vector<Attack>& attacks();
/// Of the key exchange.
const std::vector<Attack>& key_exchange_attacks();
/// The same, but each takes ten seconds, in which nothing is done.
const std::vector<Attack>& patient_attacks();

}  // namespace peer
