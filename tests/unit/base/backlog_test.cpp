#include "base/backlog.h"

#include <gtest/gtest.h>

#include <string>

namespace pysshrp {
namespace {

void append(Backlog& backlog, std::string_view text, bool is_stderr = false) {
  backlog.append({text.data(), text.size()}, is_stderr);
}

/// Everything in it, stream changes marked with `|`.
std::string drain(Backlog& backlog, std::size_t at_a_time) {
  std::string out;
  bool last = false;
  while (backlog.size() != 0) {
    const Piece piece = backlog.front();
    if (piece.is_stderr != last) out += '|';
    last = piece.is_stderr;
    const std::size_t n = std::min(at_a_time, piece.bytes.size());
    out.append(piece.bytes.data(), n);
    backlog.pop(n);
  }
  return out;
}

TEST(Backlog, KeepsTheOrderOverBothStreams) {
  for (const std::size_t step : {1UL, 3UL, 100UL}) {
    Backlog backlog;
    append(backlog, "one ");
    append(backlog, "two ");
    append(backlog, "error ", true);
    append(backlog, "three");
    EXPECT_EQ(backlog.size(), 19U);
    EXPECT_EQ(drain(backlog, step), "one two |error |three");
    EXPECT_EQ(backlog.size(), 0U);
  }
}

TEST(Backlog, TakesPiecesOfAnySize) {
  Backlog backlog;
  std::string all;
  for (const std::size_t n : {1UL, 65536UL, 65535UL, 2UL, 1300000UL, 0UL, 7UL}) {
    const std::string piece(n, static_cast<char>('a' + n % 26));
    append(backlog, piece);
    all += piece;
  }
  EXPECT_EQ(drain(backlog, 4096), all);
}

TEST(Backlog, GivesWholePackets) {
  Backlog backlog;
  for (int i = 0; i < 8; ++i) append(backlog, std::string(32768, 'x'));  // as OpenSSH sends them
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(backlog.front().bytes.size(), 2U * 32758);  // as libssh does
    backlog.pop(2 * 32758);
  }
  EXPECT_EQ(drain(backlog, 100000), std::string(80, 'x'));
}

TEST(Backlog, GrowsAndShrinksInTurns) {
  Backlog backlog;
  std::string in, out;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(static_cast<std::size_t>(i * 37 % 5000), static_cast<char>('a' + i % 26));
    append(backlog, piece);
    in += piece;
    for (std::size_t left = i % 3 == 0 ? backlog.size() : backlog.size() / 2; left != 0;) {
      const Piece front = backlog.front();
      const std::size_t n = std::min(left, front.bytes.size());
      out.append(front.bytes.data(), n);
      backlog.pop(n);
      left -= n;
    }
  }
  out += drain(backlog, 1000);
  EXPECT_EQ(in, out);
}

TEST(Backlog, ForgetsWhenToldTo) {
  Backlog backlog;
  append(backlog, "gone");
  backlog.clear();
  EXPECT_EQ(backlog.size(), 0U);
  append(backlog, "here");
  EXPECT_EQ(drain(backlog, 2), "here");
}

}  // namespace
}  // namespace pysshrp
