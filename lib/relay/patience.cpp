#include "relay/patience.h"

#include <utility>
#include <variant>

#include "base/result.h"
#include "relay/rights.h"

namespace pysshrp::relay {
namespace {

using namespace std::chrono_literals;

constexpr auto kForVariable = 1s;  // nobody misses one that comes to nothing, but many wait for it
constexpr auto kForOthers = 10s;
constexpr int kOpenings = 10;  // so many times longer than it took to open the channel

constexpr std::size_t kMaxKept = 64 * 1024;  // bytes

std::size_t size_of(const ssh::ChannelRequest& request) {
  return std::visit(Cases{[](const ssh::Env& r) { return r.name.size() + r.value.size(); },
                          [](const ssh::Pty& r) { return r.term.size(); }, [](const auto&) { return kMaxKept; }},
                    request) +
         sizeof request;
}

}  // namespace

TimePoint Patience::until(const ssh::ChannelRequest& request) const noexcept {
  const Clock::duration at_least = kind_of(request) == Kind::env ? Clock::duration{kForVariable} : kForOthers;
  return Clock::now() + at_least + kOpenings * took_;
}

void SetUp::note(ssh::ChannelRequest request) {
  const std::size_t size = size_of(request);
  if (size_ + size > kMaxKept) return;
  requests_.push_back({ssh::Message{}, std::move(request)});
  size_ += size;
}

std::deque<Waiting> SetUp::take() {
  size_ = 0;
  return std::exchange(requests_, {});
}

}  // namespace pysshrp::relay
