#include "upstream/dial.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <thread>

namespace pysshrp::upstream {
namespace {

using namespace std::chrono_literals;

// A name that is found between the two calls is waited for no longer.
TEST(Dial, IsReadyOnceTheNameIsResolved) {
  Dial dial{{HostName{"localhost"}, 1, {}, std::chrono::seconds{10}}};
  dial.advance(Clock::now());
  std::this_thread::sleep_for(200ms);
  const auto waits = dial.waits_for();
  if (waits.empty()) {
    EXPECT_LE(dial.deadline(), Clock::now());
    return;
  }
  pollfd p{waits.front().fd, waits.front().events, 0};
  EXPECT_EQ(::poll(&p, 1, 5000), 1);
}

}  // namespace
}  // namespace pysshrp::upstream
