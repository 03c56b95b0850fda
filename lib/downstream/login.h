#pragma once
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/named.h"
#include "base/secret.h"
#include "ssh/message.h"
#include "ssh/server.h"

namespace pysshrp::downstream {

/// The server's side of the authentication protocol (RFC 4252): takes the client's attempts one by one, hands each to a
/// judge, answers. Who may log in is decided elsewhere, and takes its time; a refusal always takes the same, so that it
/// tells nothing.
class Login {
 public:
  /// Asked once, when the client has named its user: the methods to offer.
  using MethodsOf = std::function<std::span<const std::string_view>(const UserName&)>;

  Login(ssh::Server& session, unsigned max_auth_tries, MethodsOf methods_of)
      : session_(session), max_tries_(max_auth_tries), methods_of_(std::move(methods_of)) {}

  /// Takes in what has come, answers what needs no judge and the refusals that are due.
  void advance(TimePoint now);
  /// The password that waits for a verdict, if there is one.
  const Secret* password() const noexcept;
  /// The verdict. A refusal that is one too many sets ended().
  void accept();
  void refuse() noexcept { refused_ = true; }

  const std::optional<UserName>& user() const noexcept { return user_; }
  /// When advance() wants to be called even if nothing comes.
  TimePoint deadline() const noexcept { return refused_ ? answer_at_ : kNever; }
  /// Nothing while the client is to be served.
  enum class End { too_many_tries, broke_protocol };
  const std::optional<End>& ended() const noexcept { return ended_; }
  /// Which rule of the protocol it broke.
  const std::string& breach() const noexcept { return breach_; }

 private:
  void take(ssh::Message message, TimePoint now);
  void take_auth(ssh::Message message, ssh::AuthRequest request, TimePoint now);
  bool names_its_user(const std::string& name);
  void answer_refusal();
  void end_for(const char* breach);

  ssh::Server& session_;
  const unsigned max_tries_;
  const MethodsOf methods_of_;
  std::optional<UserName> user_;
  std::optional<ssh::Message> attempt_;  ///< waits for a verdict, or for its refusal to be due
  Secret password_;
  bool refused_ = false, none_seen_ = false;
  TimePoint answer_at_ = kNever;
  unsigned tries_ = 0;
  std::optional<End> ended_;
  std::string breach_;
  std::deque<ssh::Message> early_;  ///< sent before the answer to the one before (RFC 4252, section 5.1 allows it)
};

}  // namespace pysshrp::downstream
