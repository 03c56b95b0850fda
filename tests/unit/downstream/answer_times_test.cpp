#include "downstream/answer_times.h"

#include <gtest/gtest.h>

namespace pysshrp::downstream {
namespace {

using namespace std::chrono_literals;

constexpr Answer kAll[] = {Answer::refused, Answer::key_refused, Answer::lookup_refused, Answer::key_welcome,
                           Answer::first_questions};

TEST(AnswerTimes, CountFromTheLookUpOfTheUserHoweverLongThatTook) {
  const TimePoint asked{1h};
  for (const auto took : {0ms, 1ms, 13ms, 700ms, 9000ms})
    for (const Answer answer : kAll) {
      AnswerTimes times;
      times.set_lookup(asked + took);
      // What is left to be done after it, and differs from user to user, has the same time after every look-up.
      EXPECT_EQ(times.due(answer, asked) - (asked + took), times.due(answer, asked + took) - (asked + took));
      EXPECT_GE(times.due(answer, asked), asked + took + 2ms);
    }
}

TEST(AnswerTimes, CountFromTheRequestAfterTheLookUp) {
  AnswerTimes times;
  times.set_lookup(TimePoint{1h});
  const TimePoint asked = TimePoint{1h} + 3s;
  EXPECT_EQ(times.due(Answer::refused, asked), asked + 5s);
  EXPECT_EQ(times.due(Answer::key_refused, asked), asked + 500ms);
  EXPECT_EQ(times.due(Answer::lookup_refused, asked), asked + 2ms);
  EXPECT_EQ(times.due(Answer::first_questions, asked), asked + 200ms);
  EXPECT_LT(times.due(Answer::key_welcome, asked), asked) << "who has the key need not wait";
}

}  // namespace
}  // namespace pysshrp::downstream
