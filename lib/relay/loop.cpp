#include "relay/loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/result.h"
#include "base/told.h"
#include "relay/names.h"
#include "relay/session_bridge.h"
#include "relay/tunnel.h"
#include "ssh/wait.h"

namespace pysshrp::relay {
namespace {

using namespace std::chrono_literals;

// One channel's backlog above which the upstream is not read. libssh's window keeps one stream below it; two of them it
// cannot bound.
constexpr std::size_t kHoldAbove = 4 * 1024 * 1024;
constexpr int kMessages = 64,
              kTurns = 64;  // at a time: whatever a side sends, the other and the signals get their turn
constexpr auto kReadAllEvery = 100ms;
constexpr auto kFarewell = 800ms;  // for one side to take more of what is left when the other one broke away
constexpr auto kLeave = 5s;        // for the client to end by itself when nothing is open and the upstream has gone

}  // namespace

void Loop::adopt(Early early) {
  for (EarlyChannel& channel : early.channels)
    bridges_.push_back(std::make_unique<SessionBridge>(std::move(channel), upstream_, terms_, granted_, account_));
  for (ssh::Message& message : early.others) receive(std::move(message));
}

Ended Loop::run(int stop_fd) {
  Ended ended = relay(stop_fd);
  for (const auto& bridge : bridges_) bridge->finish(Clock::now());
  return ended;
}

Ended Loop::relay(int stop_fd) {
  for (;;) {
    bool moved = true;
    for (int i = 0; moved && i < kTurns; ++i) {
      // A call that polls inside may have taken notes for a bridge already visited, or a message.
      const std::uint64_t before = packets();
      moved = act() || packets() != before;
      if (waiting_weight() > ssh::kMaxWaitingWeight) return {EndedBy::limit, told::kTooManyRequests};
    }
    if (auto ended = exceeded()) return *std::move(ended);
    if (auto ended = over(Clock::now())) return *std::move(ended);
    account_.awake();
    const TimePoint now = Clock::now();
    if (is_idle(now)) return {EndedBy::limit, told::kIdle};
    const TimePoint unanswered = listeners_.client_waits_until();
    TimePoint bridges_until = kNever;
    for (const auto& bridge : bridges_) bridges_until = std::min(bridges_until, bridge->deadline());
    const auto held = held_side(now);
    const bool is_short = held && !upstream_must_wait();
    const bool client_waits = now < unanswered && held != Asker::upstream;  // else each would wait for the other
    const TimePoint wake =
        moved ? now
              : std::min({client_is_owed() && !client_has_gone() ? kNever : until_, idle_until(), bridges_until,
                          client_waits ? unanswered : kNever, is_short ? now + kReadAllEvery : kNever});
    if (ssh::wait({{&downstream_, client_waits || held == Asker::client}, {&upstream_, held == Asker::upstream}}, {},
                  stop_fd, wake))
      return {EndedBy::stop, "stopped"};
  }
}

/// Whether a side is dead, and the other one has what the dead one has left to it.
std::optional<Ended> Loop::over(TimePoint now) {
  if (!client_has_gone() && !upstream_has_gone()) return {};
  const std::uint64_t carried = client_has_gone() ? account_.bytes_up : account_.bytes_down;
  if (until_ == kNever)
    until_ = now + kFarewell;
  else if (carried != carried_)
    until_ = std::max(until_, now + kFarewell);
  carried_ = carried;
  if (!client_has_gone()) return over_without_upstream(now);
  if (now < until_ && !upstream_has_gone() && holds_for_upstream()) return {};
  return Ended{EndedBy::client, downstream_.obituary()};
}

/// A goodbye overtakes what the client has not looked at yet: OpenSSH's throws away output and status then. So it waits
/// until the client has closed, too, what the upstream has closed in good order.
std::optional<Ended> Loop::over_without_upstream(TimePoint now) {
  if (client_is_owed()) return {};
  if (!bridges_.empty()) {
    if (now < until_ && holds_for_client()) return {};
    return Ended{EndedBy::upstream, upstream_.obituary()};
  }
  if (!has_ended_one_) return Ended{EndedBy::upstream, upstream_.obituary()};
  if (now < until_) return {};
  return Ended{EndedBy::upstream_in_order, upstream_.obituary()};
}

/// What a peer must not do, and what nobody may make this process hold.
std::optional<Ended> Loop::exceeded() {
  if (const auto& breach = downstream_.breach()) return Ended{EndedBy::breach, "client: " + *breach};
  if (const auto& breach = upstream_.breach()) return Ended{EndedBy::breach, "upstream: " + *breach};
  if (!memory_.is_exceeded(downstream_.bytes() + upstream_.bytes(), packets())) return {};
  return Ended{EndedBy::breach, memory::kExceeded};
}

bool Loop::act() {
  bool moved = listeners_.advance() || receive_what_waited();
  for (int i = 0; i < kMessages; ++i) {
    auto message = downstream_.next_message();
    if (!message) break;
    receive(*std::move(message));
    moved = true;
  }
  for (int i = 0; i < kMessages; ++i) {
    auto message = upstream_.next_message();
    if (!message) break;
    receive_from_upstream(*std::move(message));
    moved = true;
  }
  for (const auto& bridge : bridges_) {
    moved |= bridge->advance();
    if (bridge->running() && !std::exchange(set_up_, true)) {
      downstream_.set_up_is_over();
      upstream_.set_up_is_over();
    }
  }
  // Each turn another one is first: what the socket takes would else always be the same one's.
  if (!bridges_.empty()) bridges_.splice(bridges_.end(), bridges_, bridges_.begin());
  return bury() || moved;
}

bool Loop::bury() {
  const bool buried = std::erase_if(bridges_, [](const auto& bridge) {
                        const bool over = bridge->over();
                        if (over) bridge->finish(Clock::now());
                        return over;
                      }) != 0;
  has_ended_one_ |= buried;
  if (buried && bridges_.empty() && upstream_has_gone()) until_ = Clock::now() + kLeave;
  return buried;
}

void Loop::receive(ssh::Message message) {
  activity_.last = Clock::now();
  ssh::Asked asked = message.read();
  if (auto* opening = std::get_if<ssh::Opening>(&asked)) {
    // It may lead to a listener that was asked for just before.
    if (std::holds_alternative<ssh::OpenDirect>(*opening) && listeners_.busy())
      return behind_listeners_.push_back(std::move(message));
    if (permits(terms_.rights, *opening)) return open(Asker::client, {std::move(message), std::move(*opening)});
    if (std::holds_alternative<ssh::OpenDirect>(*opening))
      account_.denied(name_of(*opening));
    else
      account_.limits("the client asks for a channel of a kind that is not relayed");
  } else if (auto* global = std::get_if<ssh::GlobalRequest>(&asked)) {
    return listeners_.take(std::move(message), std::move(*global));
  } else if (auto* request = std::get_if<ssh::ChannelRequest>(&asked)) {
    const ssh_channel channel = message.channel();
    const auto bridge =
        std::find_if(bridges_.begin(), bridges_.end(), [&](const auto& b) { return b->serves(channel); });
    if (bridge != bridges_.end()) return (*bridge)->take({std::move(message), std::move(*request)});
  }
  message.refuse();
}

bool Loop::receive_what_waited() {
  if (listeners_.busy() || behind_listeners_.empty()) return false;
  for (ssh::Message& message : std::exchange(behind_listeners_, {})) receive(std::move(message));
  return true;
}

void Loop::receive_from_upstream(ssh::Message message) {
  activity_.last = Clock::now();
  ssh::Asked asked = message.read();
  auto* opening = std::get_if<ssh::Opening>(&asked);
  if (opening && upstream_may_open(*opening)) return open(Asker::upstream, {std::move(message), std::move(*opening)});
  if (opening) account_.denied(name_of(*opening) + " of the upstream");
  message.refuse();
}

void Loop::open(Asker asker, Wish wish) {
  if (upstream_has_gone()) return wish.message.refuse();
  if (bridges_.size() >= terms_.max_channels) {
    account_.denied(name_of(wish.opening) + ": more than max_channels");
    return wish.message.refuse();
  }
  if (std::holds_alternative<ssh::OpenSession>(wish.opening))
    bridges_.push_back(
        std::make_unique<SessionBridge>(downstream_, upstream_, std::move(wish), terms_, granted_, account_));
  else
    bridges_.push_back(std::make_unique<Tunnel>(downstream_, upstream_, asker, std::move(wish), account_));
}

/// Nothing that the client has not asked for.
bool Loop::upstream_may_open(const ssh::Opening& opening) const {
  return std::visit(Cases{[this](const ssh::OpenForwarded& o) { return listeners_.has(o.listener.port); },
                          [this](const ssh::OpenX11&) { return granted_.x11; },
                          [this](const ssh::OpenAgent&) { return granted_.agent; }, [](const auto&) { return false; }},
                    opening);
}

TimePoint Loop::idle_until() const {
  return terms_.idle_timeout ? activity_.last + *terms_.idle_timeout : kNever;
}

/// What is asked and what is carried counts; what keeps a connection alive does not.
bool Loop::is_idle(TimePoint now) {
  const std::uint64_t bytes = account_.bytes_up + account_.bytes_down;
  if (std::exchange(activity_.bytes, bytes) != bytes) activity_.last = now;
  return now >= idle_until();
}

bool Loop::upstream_must_wait() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const auto& b) { return b->held() > kHoldAbove; });
}

/// Its end may wait behind what libssh holds, which nobody may ever take.
bool Loop::client_has_gone() const {
  return downstream_.dead() || downstream_.end_waits();
}

bool Loop::upstream_has_gone() const {
  return upstream_.dead() || upstream_.end_waits();
}

bool Loop::client_is_owed() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const auto& b) { return b->owes_the_client(); });
}

bool Loop::holds_for_client() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const auto& b) { return b->held() != 0; });
}

bool Loop::holds_for_upstream() const {
  return std::any_of(bridges_.begin(), bridges_.end(), [](const auto& b) { return b->held_up() != 0; });
}

/// The side that is not read now, so that TCP pushes back at it: the upstream while one channel has too much of its
/// bytes, or whichever has more waiting when all channels together have too much. What waits for that side may need a
/// window from it: then it is read now and then.
std::optional<Asker> Loop::held_side(TimePoint now) {
  if (upstream_must_wait()) return Asker::upstream;
  std::size_t up = 0, down = 0;
  for (const auto& bridge : bridges_) {
    up += bridge->held_up();
    down += bridge->held();
  }
  if (up + down <= memory::kHeldInSession) return {};
  if (std::min(up, down) != 0 && now - read_all_ >= kReadAllEvery) {
    read_all_ = now;
    return {};
  }
  return up > down ? Asker::client : Asker::upstream;
}

std::uint64_t Loop::packets() const {
  return downstream_.packets() + upstream_.packets();
}

std::size_t Loop::waiting_weight() const {
  std::size_t weight = listeners_.waiting_weight();
  for (const ssh::Message& message : behind_listeners_) weight += message.weight();
  for (const auto& bridge : bridges_) weight += bridge->waiting_weight();
  return weight;
}

}  // namespace pysshrp::relay
