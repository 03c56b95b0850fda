#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "base/deadline.h"

namespace pysshrp::downstream {

/// The answers whose time could tell what was found out for them.
enum class Answer {
  refused,          ///< an attempt that somebody had to decide on, or a method that is not offered
  key_refused,      ///< a signed key
  lookup_refused,   ///< `none`, and a key that is only shown: nothing was proved and nothing tried
  key_welcome,      ///< a key that is only shown
  first_questions,  ///< keyboard-interactive
  next_questions,   ///< and its further rounds, which are not delayed
};

/// When each is due. All are counted from the later of two moments: when the request came, and when that part of the
/// user's look-up was done which is the same work for every user. That part grows with the configuration; what is left
/// then differs from user to user, is small whatever the configuration is, and hides in the time until the answer.
class AnswerTimes {
 public:
  /// Once, when the client has named its user.
  void set_lookup(TimePoint same_for_all_until) noexcept { lookup_ = same_for_all_until; }

  TimePoint due(Answer answer, TimePoint asked) const noexcept {
    // Who is told that a key is good has it, and waits only where nothing was looked up for it.
    const TimePoint from = answer == Answer::key_welcome ? lookup_ : std::max(asked, lookup_);
    return from + kTakes[static_cast<std::size_t>(answer)];
  }

 private:
  // A refusal takes longer than nearly every upstream takes to say no, so that it cannot be told from what we take for
  // a user that does not exist: PAM waits for 2 s and up to half more, and sshd stretches that to a power of two of a
  // few milliseconds. A key cannot be guessed: only what looking it up at the upstream takes is to be hidden. A
  // look-up: a file of routes_dir, and the largest authorized_keys that is read. The first questions: to reach an
  // upstream that is not far, and to be asked by it.
  static constexpr std::array<std::chrono::milliseconds, 6> kTakes{
      {std::chrono::seconds{5}, std::chrono::milliseconds{500}, std::chrono::milliseconds{2},
       std::chrono::milliseconds{2}, std::chrono::milliseconds{200}, std::chrono::milliseconds{0}}};
  TimePoint lookup_ = TimePoint::min();
};

}  // namespace pysshrp::downstream
