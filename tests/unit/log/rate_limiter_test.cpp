#include "log/rate_limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace pysshrp::log {
namespace {

/// Keeps the messages, in the test's own hands.
class Memory final : public Sink {
 public:
  explicit Memory(std::vector<std::string>& messages) : messages_(messages) {}
  bool write(const Record& record) noexcept override {
    messages_.push_back(record.message);
    return true;
  }

 private:
  std::vector<std::string>& messages_;
};

struct RateLimited : testing::Test {
  std::vector<std::string> messages;
  Log log{std::make_unique<Memory>(messages)};
  TimePoint start{std::chrono::hours{5}};
  RateLimiter limiter{log, start};

  void deny(unsigned times, TimePoint now) {
    for (unsigned i = 0; i < times; ++i) limiter.write(FileDenied{"open", "/a", "", "read-only"}, now);
  }
};

const std::string kDenied = "Refused open name \"/a\": read-only";

TEST_F(RateLimited, LeavesNothingOutOfWhatIsRare) {
  deny(RateLimiter::kBurst, start);
  limiter.finish();
  EXPECT_EQ(messages, std::vector(RateLimiter::kBurst, kDenied));
}

TEST_F(RateLimited, CountsAFloodAndSaysTheCountAtTheEnd) {
  deny(RateLimiter::kBurst + 10000, start);
  ASSERT_EQ(messages.size(), RateLimiter::kBurst);
  limiter.finish();
  ASSERT_EQ(messages.size(), RateLimiter::kBurst + 1);
  EXPECT_EQ(messages.back(), "Refused 10000 more requests, too many for a record of each");
  limiter.finish();
  EXPECT_EQ(messages.size(), RateLimiter::kBurst + 1) << "it is said once";
}

TEST_F(RateLimited, SaysTheCountBeforeTheNextRecord) {
  deny(RateLimiter::kBurst + 7, start);
  messages.clear();
  deny(1, start + RateLimiter::kInterval - std::chrono::nanoseconds{1});
  EXPECT_TRUE(messages.empty());
  deny(2, start + RateLimiter::kInterval);
  EXPECT_EQ(messages, (std::vector<std::string>{"Refused 8 more requests, too many for a record of each", kDenied}));
  limiter.finish();
  EXPECT_EQ(messages.back(), "Refused 1 more request, too many for a record of each");
}

TEST_F(RateLimited, KeepsNoMoreForLaterThanForTheStart) {
  deny(RateLimiter::kBurst * 2, start + std::chrono::hours{24});
  EXPECT_EQ(messages.size(), RateLimiter::kBurst);
}

TEST_F(RateLimited, LosesNoPartOfTheTimeBetweenTwoRecords) {
  deny(RateLimiter::kBurst, start);
  messages.clear();
  for (int tenths = 1; tenths <= 50; ++tenths) deny(1, start + tenths * (RateLimiter::kInterval / 10));
  EXPECT_EQ(std::count(messages.begin(), messages.end(), kDenied), 5);
}

}  // namespace
}  // namespace pysshrp::log
