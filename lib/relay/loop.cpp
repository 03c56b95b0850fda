#include "relay/loop.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/client_messages.h"
#include "base/result.h"
#include "relay/forwarded_channel_pair.h"
#include "relay/names.h"
#include "relay/session_channel_pair.h"
#include "ssh/wait.h"

namespace pysshrp::relay {
namespace {

using namespace std::chrono_literals;

// Above this many unsent bytes of one channel, plus what its window was widened by, the upstream is not read. libssh's
// window bounds data, but not the sum of data and extended data.
constexpr std::size_t kHoldAbove = 4 * 1024 * 1024;
constexpr int kMessages = 64,
              kTurns = 64;  // per round, so that one busy side starves neither the other side nor signals
constexpr auto kReadAllEvery = 100ms;
constexpr auto kDrainTime = 800ms;  // without progress, for one side to take what is left after the other one died
constexpr auto kClientCloseTime =
    5s;  // for the client to disconnect by itself when the upstream is gone and no channel is open

using ssh::Channel;
using Stderr = Channel::Stderr;

std::unique_ptr<ssh::ChannelEnd> end_of(ssh::Session& session, Stderr stderr_data) {
  return std::make_unique<Channel>(session, stderr_data);
}

std::unique_ptr<ssh::Reply> held(ssh::Message message) {
  return std::make_unique<ssh::Message>(std::move(message));
}

}  // namespace

void Loop::adopt(PendingChannels pending) {
  for (PendingChannel& channel : pending.channels)
    pairs_.push_back(std::make_unique<SessionChannelPair>(std::move(channel), end_of(upstream_, Stderr::keep), options_,
                                                          granted_, observer_));
  for (ssh::Message& message : pending.others) receive(std::move(message));
}

Ended Loop::run() {
  downstream_.answer_global_requests([this](const ssh::GlobalRequest& request) { return answer(request); });
  Ended ended = relay();
  downstream_.answer_global_requests({});
  for (const auto& pair : pairs_) pair->finish(Clock::now());
  return ended;
}

Ended Loop::relay() {
  for (;;) {
    bool moved = true;
    for (int i = 0; moved && i < kTurns; ++i) {
      // libssh polls inside some calls: these may have received something for a pair that was already visited.
      const std::uint64_t before = packets();
      moved = act() || packets() != before;
      if (waiting_weight() > ssh::kMaxWaitingWeight) return {EndedBy::limit, client_messages::kTooManyRequests};
    }
    if (auto ended = exceeded()) return *std::move(ended);
    if (auto ended = over(Clock::now())) return *std::move(ended);
    observer_.awake();
    const TimePoint now = Clock::now();
    if (is_idle(now)) return {EndedBy::limit, client_messages::kIdle};
    TimePoint pairs_until = kNever;
    for (const auto& pair : pairs_) pairs_until = std::min(pairs_until, pair->deadline());
    const auto held = held_side(now);
    const bool is_short = held && !upstream_must_wait();
    const TimePoint wake = moved ? now
                                 : std::min({client_is_owed() && !client_has_gone() ? kNever : until_, idle_until(),
                                             pairs_until, is_short ? now + kReadAllEvery : kNever});
    const std::array<ssh::Other, 1> others{{{observer_.blocked_fd(), POLLOUT}}};
    if (ssh::wait({{&downstream_, held == Initiator::client}, {&upstream_, held == Initiator::upstream}}, others,
                  stop_fd_, wake))
      return {EndedBy::stop, "stopped"};
  }
}

/// The end of the session, once one side is dead and the other one has received what the dead one left.
std::optional<Ended> Loop::over(TimePoint now) {
  if (!client_has_gone() && !upstream_has_gone()) return {};
  const std::uint64_t carried = client_has_gone() ? observer_.bytes_up : observer_.bytes_down;
  if (until_ == kNever)
    until_ = now + kDrainTime;
  else if (carried != carried_)
    until_ = std::max(until_, now + kDrainTime);
  carried_ = carried;
  if (!client_has_gone()) return over_without_upstream(now);
  if (now < until_ && !upstream_has_gone() && holds_for_upstream()) return {};
  return Ended{EndedBy::client, downstream_.disconnect_reason()};
}

/// OpenSSH's client throws away unread output and exit status when it reads a DISCONNECT. So that is sent only after
/// the client has closed all channels that the upstream closed.
std::optional<Ended> Loop::over_without_upstream(TimePoint now) {
  if (client_is_owed()) return {};
  if (!pairs_.empty()) {
    if (now < until_ && holds_for_client()) return {};
    return Ended{EndedBy::upstream, upstream_.disconnect_reason()};
  }
  if (!has_ended_one_) return Ended{EndedBy::upstream, upstream_.disconnect_reason()};
  if (now < until_) return {};
  return Ended{EndedBy::upstream_in_order, upstream_.disconnect_reason()};
}

/// A violation of the protocol, or of the bound on memory.
std::optional<Ended> Loop::exceeded() {
  if (const auto& breach = downstream_.breach()) return Ended{EndedBy::breach, "client: " + *breach};
  if (const auto& breach = upstream_.breach()) return Ended{EndedBy::breach, "upstream: " + *breach};
  if (!memory_.is_exceeded(downstream_.bytes() + upstream_.bytes(), packets())) return {};
  return Ended{EndedBy::breach, memory::kExceeded};
}

bool Loop::act() {
  bool moved = false;
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
  std::size_t left = windows_left();
  for (const auto& pair : pairs_) {
    moved |= pair->advance();
    pair->refill(left);
    if (pair->running() && !std::exchange(is_set_up_, true)) {
      downstream_.disable_quickack();
      upstream_.disable_quickack();
    }
  }
  // Round-robin, for fairness: the first pair fills the socket's buffer.
  if (!pairs_.empty()) pairs_.splice(pairs_.end(), pairs_, pairs_.begin());
  return remove_closed() || moved;
}

/// How many bytes the windows of all channels together may still grow by.
std::size_t Loop::windows_left() const noexcept {
  std::size_t left = ssh::Window::kShared;
  for (const auto& pair : pairs_) left -= std::min(left, pair->widened());
  return left;
}

bool Loop::remove_closed() {
  const bool removed = std::erase_if(pairs_, [](const auto& pair) {
                         const bool over = pair->over();
                         if (over) pair->finish(Clock::now());
                         return over;
                       }) != 0;
  has_ended_one_ |= removed;
  if (removed && pairs_.empty() && upstream_has_gone()) until_ = Clock::now() + kClientCloseTime;
  return removed;
}

void Loop::receive(ssh::Message message) {
  activity_.last = Clock::now();
  ssh::Request received = message.read();
  if (auto* opening = std::get_if<ssh::Opening>(&received)) {
    if (permits(options_.rights, *opening))
      return open(Initiator::client, {held(std::move(message)), std::move(*opening)});
    if (std::holds_alternative<ssh::OpenDirect>(*opening))
      observer_.denied(name_of(*opening));
    else
      observer_.limits("the client asks for a channel of a kind that is not relayed");
  } else if (auto* global = std::get_if<ssh::GlobalRequest>(&received)) {
    return message.answer(answer(*global));
  } else if (auto* request = std::get_if<ssh::ChannelRequest>(&received)) {
    const ssh_channel channel = message.channel();
    const auto found =
        std::find_if(pairs_.begin(), pairs_.end(), [&](const auto& pair) { return pair->serves(channel); });
    if (found != pairs_.end()) return (*found)->on_request({held(std::move(message)), std::move(*request)});
  }
  message.refuse();
}

ssh::GlobalAnswer Loop::answer(const ssh::GlobalRequest& request) {
  activity_.last = Clock::now();
  return remote_forwards_.answer(request);
}

/// For an answer to a request of the client's, while libssh is reading from its socket: so nothing else is done.
bool Loop::wait_for_upstream(TimePoint until) {
  upstream_.collect();  // or it would be read no more, once it has said enough that nobody has looked at
  return !ssh::wait({{&upstream_}}, {}, stop_fd_, until) && !upstream_has_gone() && !exceeded();
}

void Loop::receive_from_upstream(ssh::Message message) {
  activity_.last = Clock::now();
  ssh::Request received = message.read();
  auto* opening = std::get_if<ssh::Opening>(&received);
  if (opening && upstream_may_open(*opening))
    return open(Initiator::upstream, {held(std::move(message)), std::move(*opening)});
  if (opening) observer_.denied(name_of(*opening) + " of the upstream");
  message.refuse();
}

void Loop::open(Initiator initiator, ChannelOpen request) {
  if (upstream_has_gone()) return request.reply->refuse();
  if (pairs_.size() >= options_.max_channels) {
    observer_.denied(name_of(request.opening) + ": more than max_channels");
    return request.reply->refuse();
  }
  if (std::holds_alternative<ssh::OpenSession>(request.opening))
    pairs_.push_back(std::make_unique<SessionChannelPair>(end_of(downstream_, Stderr::drop),
                                                          end_of(upstream_, Stderr::keep), std::move(request), options_,
                                                          granted_, observer_));
  else
    pairs_.push_back(std::make_unique<ForwardedChannelPair>(
        end_of(downstream_, Stderr::drop), end_of(upstream_, Stderr::drop), initiator, std::move(request), observer_));
}

/// Only what the client has asked for.
bool Loop::upstream_may_open(const ssh::Opening& opening) const {
  return std::visit(Cases{[this](const ssh::OpenForwarded& o) { return remote_forwards_.has(o.listener.port); },
                          [this](const ssh::OpenX11&) { return granted_.x11; },
                          [this](const ssh::OpenAgent&) { return granted_.agent; }, [](const auto&) { return false; }},
                    opening);
}

TimePoint Loop::idle_until() const {
  return options_.idle_timeout ? activity_.last + *options_.idle_timeout : kNever;
}

/// Requests and channel data count as activity; keepalives do not.
bool Loop::is_idle(TimePoint now) {
  const std::uint64_t bytes = observer_.bytes_up + observer_.bytes_down;
  if (std::exchange(activity_.bytes, bytes) != bytes) activity_.last = now;
  return now >= idle_until();
}

bool Loop::upstream_must_wait() const {
  return std::any_of(pairs_.begin(), pairs_.end(),
                     [](const auto& pair) { return pair->held() > kHoldAbove + pair->widened(); });
}

/// An EOF of the socket that waits behind data in libssh's buffer counts, too: that data may never be taken.
bool Loop::client_has_gone() const {
  return downstream_.dead() || downstream_.end_waits();
}

bool Loop::upstream_has_gone() const {
  return upstream_.dead() || upstream_.end_waits();
}

bool Loop::client_is_owed() const {
  return std::any_of(pairs_.begin(), pairs_.end(), [](const auto& pair) { return pair->owes_the_client(); });
}

bool Loop::holds_for_client() const {
  return std::any_of(pairs_.begin(), pairs_.end(), [](const auto& pair) { return pair->held() != 0; });
}

bool Loop::holds_for_upstream() const {
  return std::any_of(pairs_.begin(), pairs_.end(), [](const auto& pair) { return pair->held_up() != 0; });
}

/// The side that is not read now, so that TCP slows it down: the upstream while one channel holds too many of its
/// bytes; the side with more bytes when all channels together hold too many. If bytes for that side are held, too, it
/// is read now and then: they may wait for its WINDOW_ADJUST.
std::optional<Initiator> Loop::held_side(TimePoint now) {
  if (upstream_must_wait()) return Initiator::upstream;
  std::size_t up = 0, down = 0;
  for (const auto& pair : pairs_) {
    up += pair->held_up();
    down += pair->held();
  }
  if (up + down <= memory::kHeldInSession) return {};
  if (std::min(up, down) != 0 && now - read_all_ >= kReadAllEvery) {
    read_all_ = now;
    return {};
  }
  return up > down ? Initiator::client : Initiator::upstream;
}

std::uint64_t Loop::packets() const {
  return downstream_.packets() + upstream_.packets();
}

std::size_t Loop::waiting_weight() const {
  std::size_t weight = 0;
  for (const auto& pair : pairs_) weight += pair->waiting_weight();
  return weight;
}

}  // namespace pysshrp::relay
