#include "relay/bridge.h"

#include <utility>

#include "relay/names.h"

namespace pysshrp::relay {

Bridge::Bridge(std::unique_ptr<ssh::Channel> down, std::unique_ptr<ssh::Channel> up, Asker asker, Wish wish,
               Account& account)
    : down_(std::move(down)),
      up_(std::move(up)),
      upward_(*down_, *up_, account.bytes_up),
      downward_(*up_, *down_, account.bytes_down),
      account_(account),
      asker_(asker),
      wish_(std::move(wish)) {}

bool Bridge::over() const {
  return refused_ || (!opening_ && down_->gone() && up_->gone() && down_->close_sent() && up_->close_sent());
}

ssh::Progress Bridge::open() {
  ssh::Channel& asking = asker_ == Asker::client ? *down_ : *up_;
  ssh::Channel& asked = asker_ == Asker::client ? *up_ : *down_;
  const ssh::Progress now = asking.get() ? asked.open(wish_.opening) : ssh::Progress::failed;
  if (now == ssh::Progress::again) return now;
  opening_ = false;
  if (now == ssh::Progress::failed && !asked.gone()) account_.unopened(name_of(wish_.opening), asked.refusal());
  if (!wish_.message) return now;
  refused_ = now == ssh::Progress::failed || !wish_.message.accept_as(asking.get());
  wish_.message.refuse();  // if it is still there
  return now;
}

}  // namespace pysshrp::relay
