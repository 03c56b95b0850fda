#include "relay/channel_pair.h"

#include <utility>

#include "relay/names.h"

namespace pysshrp::relay {

ChannelPair::ChannelPair(std::unique_ptr<ssh::Channel> down, std::unique_ptr<ssh::Channel> up, Initiator initiator,
                         ChannelOpen request, RelayObserver& observer)
    : down_(std::move(down)),
      up_(std::move(up)),
      upward_(*down_, *up_, observer.bytes_up),
      downward_(*up_, *down_, observer.bytes_down),
      observer_(observer),
      initiator_(initiator),
      request_(std::move(request)) {}

bool ChannelPair::over() const {
  return refused_ || (!opening_ && down_->gone() && up_->gone() && down_->close_sent() && up_->close_sent());
}

void ChannelPair::refill(std::size_t& left) {
  for (ssh::Channel* channel : {down_.get(), up_.get()}) channel->refill(left);
}

ssh::Progress ChannelPair::open() {
  ssh::Channel& asking = initiator_ == Initiator::client ? *down_ : *up_;
  ssh::Channel& asked = initiator_ == Initiator::client ? *up_ : *down_;
  const ssh::Progress now = asking.get() ? asked.open(request_.opening) : ssh::Progress::failed;
  if (now == ssh::Progress::again) return now;
  opening_ = false;
  if (now == ssh::Progress::failed && !asked.gone()) observer_.unopened(name_of(request_.opening), asked.refusal());
  if (!request_.message) return now;
  refused_ = now == ssh::Progress::failed || !request_.message.accept_as(asking.get());
  request_.message.refuse();  // does nothing if it was accepted
  return now;
}

}  // namespace pysshrp::relay
