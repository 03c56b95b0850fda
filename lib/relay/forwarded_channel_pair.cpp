#include "relay/forwarded_channel_pair.h"

namespace pysshrp::relay {

bool ForwardedChannelPair::advance() {
  if (opening()) return open() != ssh::Progress::again;
  const bool moved = upward_.pump();
  upward_.finish();
  const bool moved_down = downward_.pump();
  downward_.finish();
  return moved || moved_down;
}

}  // namespace pysshrp::relay
