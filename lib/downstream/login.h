#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "base/named.h"
#include "downstream/answer_times.h"
#include "ssh/library.h"
#include "ssh/message.h"
#include "ssh/server.h"

namespace pysshrp::downstream {

/// What a client comes with. InteractiveMethod wants a round of questions, InfoResponse answers one.
using Attempt = std::variant<ssh::PasswordMethod, ssh::KeyMethod, ssh::InteractiveMethod, ssh::InfoResponse>;

/// The server's side of the authentication protocol (RFC 4252): takes the client's attempts one by one, hands each to a
/// judge, answers. Who may log in is decided elsewhere, and takes its time; a refusal always takes the same, so that it
/// tells nothing.
class Login {
 public:
  /// Asked once, when the client has named its user: the methods to offer, and when that part of finding them out was
  /// done which is the same work for every user.
  struct UserMethods {
    std::vector<std::string_view> methods;
    TimePoint same_for_all_until;
  };
  using MethodsOf = std::function<UserMethods(const UserName&)>;

  /// `watch` has seen the session from its beginning.
  Login(ssh::Server& session, const ssh::AttemptWatch& watch, unsigned max_auth_tries, MethodsOf methods_of)
      : session_(session), watch_(watch), max_tries_(max_auth_tries), methods_of_(std::move(methods_of)) {}

  /// Takes in what has come, answers what needs no judge and what is due.
  void advance(TimePoint now);
  /// The attempt that waits for a verdict: once, then it is the caller's.
  std::optional<Attempt> take_attempt() noexcept { return std::exchange(attempt_, {}); }

  // The verdict; the attempt is over.
  void accept();
  /// It takes one of these methods besides (RFC 4252, section 5.1).
  void accept_partially(std::span<const std::string_view> methods);
  /// In due time. One that is one too many sets ended(); one that the client was asked for in vain is no try.
  void refuse(bool is_try = true) noexcept;
  /// To a KeyMethod that is not signed, which proves nothing and costs no try. In due time.
  void answer_probe(bool welcome);
  /// To keyboard-interactive. The first round, too, always takes the same time.
  void ask(ssh::Round round);

  /// When advance() wants to be called even if nothing comes.
  TimePoint deadline() const noexcept { return refused_ || welcome_ || round_ ? answer_at_ : kNever; }
  /// Nothing while the client is to be served.
  enum class End { too_many_tries, broke_protocol };
  const std::optional<End>& ended() const noexcept { return ended_; }
  /// Which rule of the protocol it broke.
  const std::string& breach() const noexcept { return breach_; }

 private:
  void take(ssh::Message message, TimePoint now);
  void take_auth(ssh::Message message, ssh::AuthRequest request, TimePoint now);
  void take_answers(ssh::Message message, ssh::InfoResponse response, TimePoint now);
  void refuse_look_up() noexcept;
  bool names_its_user(const std::string& name);
  void offer(std::span<const std::string_view> methods);
  bool is_offered(std::string_view method) const noexcept;
  void start(ssh::Message message, std::optional<Attempt> attempt, TimePoint now);
  void answer_what_is_due(TimePoint now);
  void answer_refusal();
  void end_for(const char* breach);

  ssh::Server& session_;
  const ssh::AttemptWatch& watch_;
  const unsigned max_tries_;
  const MethodsOf methods_of_;
  std::optional<UserName> user_;
  std::vector<std::string_view> offered_;
  std::optional<ssh::Message> message_;  ///< waits for a verdict, or for its answer to be due
  std::optional<Attempt> attempt_;       ///< what is in it, until it is taken
  std::optional<ssh::Round> round_;      ///< to be asked when due
  std::size_t prompts_ = 0;              ///< of the round that the client was asked last
  bool refused_ = false, is_try_ = true, none_seen_ = false, asked_ = false, is_key_ = false, is_first_round_ = false;
  bool welcome_ = false;  ///< the key that was shown
  AnswerTimes times_;
  TimePoint started_ = kNever, answer_at_ = kNever;
  unsigned tries_ = 0, keys_ = 0, requests_ = 0;
  std::optional<End> ended_;
  std::string breach_;
  std::deque<ssh::Message> early_;  ///< sent before the answer to the one before (RFC 4252, section 5.1 allows it)
};

}  // namespace pysshrp::downstream
