#include "relay/answer_timeout.h"

#include <utility>
#include <variant>

#include "base/result.h"
#include "relay/rights.h"

namespace pysshrp::relay {
namespace {

using namespace std::chrono_literals;

constexpr auto kForVariable = 1s;  // clients send many, and a lost one does little harm
constexpr auto kForOthers = 10s;
constexpr int kOpenings = 10;  // times the time that the opening took, in addition

constexpr std::size_t kMaxKept = 64 * 1024;  // bytes

std::size_t size_of(const ssh::ChannelRequest& request) {
  return std::visit(Cases{[](const ssh::Env& r) { return r.name.size() + r.value.size(); },
                          [](const ssh::Pty& r) { return r.term.size(); }, [](const auto&) { return kMaxKept; }},
                    request) +
         sizeof request;
}

}  // namespace

TimePoint AnswerTimeout::until(const ssh::ChannelRequest& request) const noexcept {
  const Clock::duration at_least = kind_of(request) == Kind::env ? Clock::duration{kForVariable} : kForOthers;
  return Clock::now() + at_least + kOpenings * opening_took_;
}

void SetupRequests::add(ssh::ChannelRequest request) {
  const std::size_t size = size_of(request);
  if (size_ + size > kMaxKept) return;
  requests_.push_back({nullptr, std::move(request)});
  size_ += size;
}

std::deque<PendingRequest> SetupRequests::release() {
  size_ = 0;
  return std::exchange(requests_, {});
}

}  // namespace pysshrp::relay
