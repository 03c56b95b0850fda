#pragma once
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "auth/user_auth_server.h"
#include "base/deadline.h"
#include "base/named.h"
#include "downstream/answer_times.h"
#include "ssh/library.h"
#include "ssh/message.h"
#include "ssh/server.h"

namespace pysshrp::downstream {

/// The server's side of the authentication protocol (RFC 4252), by libssh: takes the client's requests one by one,
/// hands on those that somebody has to decide on, answers. A failure always takes the same time, so that it tells
/// nothing.
///
///   Request  none -> waits for its answer -> waits until the answer is due -> none
class UserAuth final : public auth::UserAuthServer {
 public:
  /// Asked once, when the client has named its user: the methods to offer, and when that part of finding them out was
  /// done which is the same work for every user.
  struct UserMethods {
    std::vector<std::string> methods;
    TimePoint same_for_all_until;
  };
  using MethodsOf = std::function<UserMethods(const UserName&)>;

  /// `watch` has seen the session from its beginning.
  UserAuth(ssh::Server& session, const ssh::AttemptWatch& watch, unsigned max_auth_tries, MethodsOf methods_of)
      : session_(session), watch_(watch), max_tries_(max_auth_tries), methods_of_(std::move(methods_of)) {}

  /// Takes in what has come, answers what needs no decision and what is due.
  void advance(TimePoint now);
  std::optional<auth::AuthAttempt> take_attempt() noexcept override { return std::exchange(attempt_, {}); }
  /// A failure that is one too many sets ended().
  void answer(AuthResult result) override;
  void answer_key_query(bool acceptable) override;
  void show_banner(const std::string& text) override { session_.show_banner(text); }

  /// When advance() wants to be called even if nothing comes.
  TimePoint deadline() const noexcept { return answer_ ? answer_at_ : kNever; }
  /// Nothing while the client is to be served.
  enum class End { too_many_tries, broke_protocol };
  const std::optional<End>& ended() const noexcept { return ended_; }
  /// Which rule of the protocol it broke.
  const std::string& breach() const noexcept { return breach_; }

 private:
  struct KeyAcceptable {};
  /// What waits until it is due.
  using DelayedAnswer = std::variant<AuthFailure, KeyAcceptable, InfoRequest>;
  /// What the request is, as far as the time of its answer goes.
  enum class Kind { key, keyboard_interactive, other };

  void on_message(ssh::Message message, TimePoint now);
  void on_auth_request(ssh::Message message, ssh::AuthRequest request, TimePoint now);
  void on_info_response(ssh::Message message, InfoResponse response, TimePoint now);
  void hand_on(ssh::Message message, auth::AuthAttempt attempt, TimePoint now);
  void reject(ssh::Message message, TimePoint now);
  void reject_lookup(ssh::Message message, TimePoint now);
  void keep(ssh::Message message, Kind kind, TimePoint now);
  void answer_later(DelayedAnswer answer, Answer time);
  void answer_what_is_due(TimePoint now);
  void send(const AuthFailure& failure);
  void send(KeyAcceptable);
  void send(const InfoRequest& request);
  bool names_its_user(const std::string& name);
  void offer(std::vector<std::string> methods);
  bool is_offered(std::string_view method) const noexcept;
  void end_for(const char* breach);

  ssh::Server& session_;
  const ssh::AttemptWatch& watch_;
  const unsigned max_tries_;
  const MethodsOf methods_of_;
  std::optional<UserName> user_;
  std::vector<std::string> offered_;
  std::optional<ssh::Message> message_;       ///< waits for a decision, or for its answer to be due
  std::optional<auth::AuthAttempt> attempt_;  ///< what is in it, until it is taken
  std::optional<DelayedAnswer> answer_;
  Kind kind_ = Kind::other;
  std::optional<std::size_t> asked_;  ///< so many prompts, which the client has not answered yet
  bool none_seen_ = false;
  AnswerTimes times_;
  TimePoint started_ = kNever, answer_at_ = kNever;
  unsigned tries_ = 0, keys_ = 0, requests_ = 0;
  std::optional<End> ended_;
  std::string breach_;
  std::deque<ssh::Message> early_;  ///< sent before the answer to the one before (RFC 4252, section 5.1 allows it)
};

}  // namespace pysshrp::downstream
