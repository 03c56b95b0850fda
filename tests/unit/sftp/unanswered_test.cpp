#include "sftp/unanswered.h"

#include <gtest/gtest.h>

#include <string>

#include "sftp/wire.h"

namespace pysshrp::sftp {
namespace {

std::string bytes_of(Writer writer) {
  const auto bytes = writer.finish();
  return {bytes.data(), bytes.size()};
}
std::string write(std::size_t size) {
  return bytes_of(std::move(Writer{Type::write, 1}.string("h").u32(0).u32(0).string(std::string(size, 'x'))));
}
const std::string kStatus = bytes_of(std::move(Writer{Type::status, 1}.u32(0).string("").string("")));

TEST(Unanswered, IsFullWithFourMebibytesAndNotWhenTheyAreAnswered) {
  Unanswered unanswered;
  for (int i = 0; i < 127; ++i) unanswered.asked(write(32768));
  EXPECT_FALSE(unanswered.is_full());
  unanswered.asked(write(32768));
  EXPECT_TRUE(unanswered.is_full());
  unanswered.answered(kStatus);
  EXPECT_FALSE(unanswered.is_full());
}

TEST(Unanswered, CutsFramesWhereverTheBytesAreCut) {
  Unanswered unanswered;
  const std::string request = write(100'000);
  for (int i = 0; i < 42; ++i)
    for (std::size_t at = 0; at < request.size(); at += 333) unanswered.asked(request.substr(at, 333));
  EXPECT_TRUE(unanswered.is_full());
  for (const char byte : kStatus) unanswered.answered({&byte, 1});
  EXPECT_FALSE(unanswered.is_full());
}

TEST(Unanswered, BoundsSmallRequestsToo) {
  Unanswered unanswered;
  const std::string request = bytes_of(std::move(Writer{Type::close, 1}.string("h")));
  for (int i = 0; i < 8192; ++i) unanswered.asked(request);
  EXPECT_TRUE(unanswered.is_full());
}

TEST(Unanswered, IsNeverFullOfWhatIsNoSftp) {
  for (const std::string& first : {std::string(4, '\0'), std::string("\xff\xff\xff\xff", 4)}) {
    Unanswered unanswered;
    unanswered.asked(first);
    for (int i = 0; i < 200; ++i) unanswered.asked(write(32768));
    EXPECT_FALSE(unanswered.is_full());
  }
  Unanswered answers_itself;
  answers_itself.answered(kStatus);
  for (int i = 0; i < 200; ++i) answers_itself.asked(write(32768));
  EXPECT_FALSE(answers_itself.is_full());
}

TEST(Unanswered, IsNotFullWhenTheAnswersAreSeenNoMore) {
  Unanswered unanswered;
  for (int i = 0; i < 200; ++i) unanswered.asked(write(32768));
  unanswered.give_up();
  EXPECT_FALSE(unanswered.is_full());
}

}  // namespace
}  // namespace pysshrp::sftp
