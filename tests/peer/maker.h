#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "peer.h"

namespace peer {

/// What a message is made of.
struct Maker {
  Random random;
  Peer& peer;

  std::uint32_t number() {
    if (random.percent(20)) return static_cast<std::uint32_t>(random.next());
    return random.pick(
        {0U, 1U, 2U, 9U, 10U, 11U, 1023U, 1024U, 32768U, 35000U, 1U << 21, 0x7fffffffU, 0x80000000U, 0xffffffffU});
  }
  std::uint32_t window() { return random.percent(70) ? 1U << 21 : number(); }
  std::uint32_t packet() { return random.percent(90) ? 32768 : number(); }
  std::string text();
  /// The other side's number of a channel: one of the last that were opened, an old one, or one that never was.
  std::uint32_t channel() {
    const auto& channels = peer.channels();
    if (channels.empty() || random.percent(3)) return random.percent(80) ? random.below(60) : number();
    const auto size = static_cast<std::uint32_t>(channels.size());
    return channels[size - 1 - random.below(random.percent(85) ? std::min(size, 4U) : size)].theirs;
  }
};

/// One message of each kind, as a rule nearly valid.
namespace make {

Message disconnect(Maker& make);
Message ignore(Maker& make);
Message debug(Maker& make);
Message unimplemented(Maker& make);
Message service(Maker& make);
Message kex(Maker& make);
Message userauth_request(Maker& make);
Message userauth_answer(Maker& make);
Message info_response(Maker& make);
Message global_request(Maker& make);
Message global_answer(Maker& make);

Message open(Maker& make);
Message confirmation(Maker& make);
Message open_failure(Maker& make);
Message adjust(Maker& make);
Message data(Maker& make);
Message eof(Maker& make);
Message close(Maker& make);
Message request(Maker& make);
Message request_answer(Maker& make);
Message of_any_type(Maker& make);

}  // namespace make

}  // namespace peer
