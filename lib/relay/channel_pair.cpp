#include "relay/channel_pair.h"

#include <utility>

#include "relay/names.h"

namespace pysshrp::relay {

ChannelPair::ChannelPair(std::unique_ptr<ssh::ChannelEnd> down, std::unique_ptr<ssh::ChannelEnd> up,
                         Initiator initiator, ChannelOpen request, RelayObserver& observer)
    : down_(std::move(down)),
      up_(std::move(up)),
      upward_(*down_, *up_, observer.bytes_up),
      downward_(*up_, *down_, observer.bytes_down),
      observer_(observer),
      initiator_(initiator),
      number_(++observer.channels),
      request_(std::move(request)) {}

void ChannelPair::note(const char* state) const {
  observer_.state("channel " + std::to_string(number_) + ", " + name_of(request_.opening) + ": " + state);
}

void ChannelPair::enter(State state) {
  state_ = state;
  note(state == State::opening ? "opening" : state == State::open ? "open" : "refused");
}

bool ChannelPair::over() const {
  if (state_ == State::opening) return false;
  return state_ == State::refused || (down_->gone() && up_->gone() && down_->close_sent() && up_->close_sent());
}

void ChannelPair::refill(std::size_t& left) {
  for (ssh::ChannelEnd* channel : {down_.get(), up_.get()}) channel->refill(left);
}

ssh::Progress ChannelPair::open() {
  ssh::ChannelEnd& asking = initiator_ == Initiator::client ? *down_ : *up_;
  ssh::ChannelEnd& asked = initiator_ == Initiator::client ? *up_ : *down_;
  const ssh::Progress now = asking.get() ? asked.open(request_.opening) : ssh::Progress::failed;
  if (now == ssh::Progress::again) return now;
  if (now == ssh::Progress::failed && !asked.gone()) observer_.unopened(name_of(request_.opening), asked.refusal());
  const auto reply = std::move(request_.reply);
  const bool is_open = !reply || (now == ssh::Progress::done && reply->accept_as(asking.get()));
  if (!is_open) reply->refuse();
  enter(is_open ? State::open : State::refused);
  return now;
}

}  // namespace pysshrp::relay
