#include "relay/loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "ssh/wait.h"

namespace pysshrp::relay {
namespace {

using namespace std::chrono_literals;

// One channel's backlog above which the upstream is not read. libssh's window keeps one stream below it; two of them it
// cannot bound.
constexpr std::size_t kHoldAbove = 4 * 1024 * 1024;
constexpr std::size_t kMaxWaitingRequests = 512;  // of all channels together
constexpr int kMessages = 64,
              kTurns = 64;         // at a time: whatever a side sends, the other and the signals get their turn
constexpr auto kFarewell = 800ms;  // for the client to take what is left when the upstream broke away

}  // namespace

void Loop::adopt(std::list<Early> early) {
  for (Early& channel : early) bridges_.emplace_back(std::move(channel), upstream_, terms_, account_);
}

Ended Loop::run(int stop_fd) {
  Ended ended = relay(stop_fd);
  for (Bridge& bridge : bridges_) bridge.finish(Clock::now());
  return ended;
}

Ended Loop::relay(int stop_fd) {
  TimePoint until = kNever;
  for (;;) {
    bool moved = true;
    for (int i = 0; moved && i < kTurns; ++i) {
      // A call that polls inside may have taken notes for a bridge already visited, or a message.
      const std::uint64_t before = packets();
      moved = act() || packets() != before;
      if (waiting_requests() > kMaxWaitingRequests)
        return {EndedBy::limit, "the client sent too many requests at once"};
    }
    if (downstream_.dead()) return {EndedBy::client, downstream_.obituary()};
    if (upstream_.dead()) {
      if (until == kNever) until = Clock::now() + kFarewell;
      if (!client_is_owed() && (Clock::now() >= until || !client_may_get_more()))
        return {EndedBy::upstream, upstream_.obituary()};
    }
    account_.awake();
    const TimePoint wake = moved ? Clock::now() : client_is_owed() ? kNever : until;
    if (ssh::wait({{&downstream_}, {&upstream_, upstream_must_wait()}}, {}, stop_fd, wake))
      return {EndedBy::stop, "stopped"};
  }
}

bool Loop::act() {
  bool moved = false;
  for (int i = 0; i < kMessages; ++i) {
    auto message = downstream_.next_message();
    if (!message) break;
    receive(*std::move(message));
    moved = true;
  }
  while (auto message = upstream_.next_message()) message->refuse();
  for (Bridge& bridge : bridges_) {
    moved |= bridge.advance();
    if (bridge.running() && !std::exchange(set_up_, true)) {
      downstream_.set_up_is_over();
      upstream_.set_up_is_over();
    }
  }
  return bury() || moved;
}

bool Loop::bury() {
  return std::erase_if(bridges_, [](Bridge& b) {
           if (b.over()) b.finish(Clock::now());
           return b.over();
         }) != 0;
}

void Loop::receive(ssh::Message message) {
  ssh::Asked asked = message.read();
  if (std::holds_alternative<ssh::OpenSession>(asked) && bridges_.size() < terms_.max_channels && !upstream_.dead()) {
    bridges_.emplace_back(downstream_, upstream_, std::move(message), terms_, account_);
    return;
  }
  if (auto* request = std::get_if<ssh::ChannelRequest>(&asked)) {
    const ssh_channel channel = message.channel();
    const auto bridge =
        std::find_if(bridges_.begin(), bridges_.end(), [&](const Bridge& b) { return b.serves(channel); });
    if (bridge != bridges_.end()) {
      bridge->take({std::move(message), std::move(*request)});
      return;
    }
  }
  message.refuse();
}

bool Loop::upstream_must_wait() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const Bridge& b) { return b.held() > kHoldAbove; });
}

bool Loop::client_is_owed() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const Bridge& b) { return b.owes_the_client(); });
}

bool Loop::client_may_get_more() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const Bridge& b) { return b.held() != 0; });
}

std::uint64_t Loop::packets() const {
  return downstream_.packets() + upstream_.packets();
}

std::size_t Loop::waiting_requests() const {
  std::size_t n = 0;
  for (const Bridge& bridge : bridges_) n += bridge.waiting_requests();
  return n;
}

}  // namespace pysshrp::relay
