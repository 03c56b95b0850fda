#include "log/ration.h"

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

struct Rationed : testing::Test {
  std::vector<std::string> messages;
  Log log{std::make_unique<Memory>(messages)};
  TimePoint start{std::chrono::hours{5}};
  Ration ration{log, start};

  void deny(unsigned times, TimePoint now) {
    for (unsigned i = 0; i < times; ++i) ration.write(FileDenied{"open", "/a", "", "read-only"}, now);
  }
};

const std::string kDenied = "Refused open name \"/a\": read-only";

TEST_F(Rationed, LeavesNothingOutOfWhatIsRare) {
  deny(Ration::kAtOnce, start);
  ration.finish();
  EXPECT_EQ(messages, std::vector(Ration::kAtOnce, kDenied));
}

TEST_F(Rationed, CountsAFloodAndSaysTheCountAtTheEnd) {
  deny(Ration::kAtOnce + 10000, start);
  ASSERT_EQ(messages.size(), Ration::kAtOnce);
  ration.finish();
  ASSERT_EQ(messages.size(), Ration::kAtOnce + 1);
  EXPECT_EQ(messages.back(), "Refused 10000 more requests, too many for a record of each");
  ration.finish();
  EXPECT_EQ(messages.size(), Ration::kAtOnce + 1) << "it is said once";
}

TEST_F(Rationed, SaysTheCountBeforeTheNextRecord) {
  deny(Ration::kAtOnce + 7, start);
  messages.clear();
  deny(1, start + Ration::kEvery - std::chrono::nanoseconds{1});
  EXPECT_TRUE(messages.empty());
  deny(2, start + Ration::kEvery);
  EXPECT_EQ(messages, (std::vector<std::string>{"Refused 8 more requests, too many for a record of each", kDenied}));
  ration.finish();
  EXPECT_EQ(messages.back(), "Refused 1 more request, too many for a record of each");
}

TEST_F(Rationed, KeepsNoMoreForLaterThanForTheStart) {
  deny(Ration::kAtOnce * 2, start + std::chrono::hours{24});
  EXPECT_EQ(messages.size(), Ration::kAtOnce);
}

TEST_F(Rationed, LosesNoPartOfTheTimeBetweenTwoRecords) {
  deny(Ration::kAtOnce, start);
  messages.clear();
  for (int tenths = 1; tenths <= 50; ++tenths) deny(1, start + tenths * (Ration::kEvery / 10));
  EXPECT_EQ(std::count(messages.begin(), messages.end(), kDenied), 5);
}

}  // namespace
}  // namespace pysshrp::log
