#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/deadline.h"
#include "base/network.h"
#include "base/secret.h"
#include "route/route.h"
#include "ssh/agent_login.h"
#include "ssh/algorithms.h"
#include "ssh/interactive.h"
#include "ssh/private_key.h"
#include "ssh/public_key.h"
#include "ssh/wait.h"
#include "upstream/fetch.h"
#include "upstream/upstream.h"

namespace pysshrp::connection {

// What one attempt of the client asks of the upstream. Of the first three the upstream is the judge.
struct RelayPassword {
  Secret password;
};
struct RelayInteractive {};
struct RelayAnswers {
  ssh::Answers answers;
};
/// The client has proved itself here: what the route has stored, or else the password that it typed.
struct LogIn {
  std::optional<Secret> typed;
};
/// upstream_authorized_keys is wanted, with upstream_key.
struct FetchKeys {};
/// Would the upstream accept this very key? The client's agent is to sign later.
struct OfferKey {
  ssh::PublicKey key;
};
using Errand = std::variant<RelayPassword, RelayInteractive, RelayAnswers, LogIn, FetchKeys, OfferKey>;

// What has come of it.
struct NothingYet {};
struct Success {};
struct Denied {};
struct NeedsMore {  ///< right so far; the client may go on with one of these, and the upstream judges
  std::vector<std::string_view> methods;
};
struct Asked {
  ssh::Round round;
};
struct NotInteractive {};  ///< it would take a password, though
struct Fetched {
  std::string text;
};
struct Failed {  ///< there will be no login
  std::string reason, for_client;
};
using Outcome = std::variant<NothingYet, Success, Denied, NeedsMore, Asked, NotInteractive, Fetched, Failed>;

/// The upstream of one client that wants to log in: one connection for as many attempts as it can serve.
class Approach {
 public:
  /// All outlive it.
  Approach(const route::Route& route, const ssh::Algorithms& algorithms, const Endpoint& client)
      : route_(route), algorithms_(algorithms), client_(client) {}

  void begin(Errand errand);
  bool busy() const noexcept { return errand_.has_value(); }
  /// To be called until it says something; then the errand is done.
  Outcome advance(TimePoint now);

  /// Once, when the host key has been judged.
  std::optional<upstream::Verified> take_verified() noexcept { return std::exchange(verified_, {}); }
  /// Which of its hosts it has come to; nothing before there was any.
  const upstream::Upstream* upstream() const noexcept { return upstream_.get(); }
  /// What the upstream had to say to the user since the last call; mostly nothing.
  std::string take_banner();
  /// What to sleep on, for busy().
  ssh::Session* session() noexcept { return upstream_ && upstream_->joined() ? &upstream_->session() : nullptr; }
  ssh::Other waits_for() const { return upstream_ && !upstream_->joined() ? upstream_->waits_for() : ssh::Other{}; }
  TimePoint deadline() const noexcept { return upstream_ ? upstream_->deadline() : kNever; }

  /// After a Success.
  std::unique_ptr<upstream::Upstream> take_upstream() noexcept { return std::move(upstream_); }
  /// After a Success of OfferKey: the signature that is wanted. Else nothing.
  std::unique_ptr<ssh::AgentLogin> take_agent_login() noexcept {
    return agent_ && !agent_->request().empty() ? std::move(agent_) : nullptr;
  }

 private:
  enum class Stored { key, password, typed };

  Outcome step(TimePoint now);
  void drop_upstream() noexcept;
  Outcome act(const RelayPassword& errand);
  Outcome act(RelayInteractive errand);
  Outcome act(RelayAnswers& errand);
  Outcome act(const LogIn& errand);
  Outcome act(FetchKeys errand);
  Outcome act(const OfferKey& errand);
  Outcome judged(ssh::Verdict verdict);
  std::optional<Outcome> leave_question();
  Outcome hung_up();
  Outcome more();
  Outcome failed(std::string reason) const;
  std::optional<Outcome> load_key();
  ssh::Verdict try_stored(Stored what, const LogIn& errand);
  ssh::Verdict try_by_question(const Secret& password);
  bool takes(Stored what) const noexcept;
  bool choose();
  void plan(const LogIn& errand);
  void forget_what_is_stale();

  const route::Route& route_;
  const ssh::Algorithms& algorithms_;
  const Endpoint& client_;
  std::unique_ptr<upstream::Upstream> upstream_;
  std::optional<Errand> errand_;
  std::optional<upstream::Verified> verified_;
  std::optional<ssh::PrivateKey> key_;
  std::vector<Stored> plan_;  ///< what is still to be tried of the stored things
  std::optional<Stored> trying_;
  bool is_refused_ = false;  ///< some of it was
  std::unique_ptr<upstream::Fetch> fetch_;
  std::optional<std::string> fetched_;
  std::unique_ptr<ssh::AgentLogin> agent_;
  std::string banner_;  ///< the last one taken
  bool reached_ = false;
  bool kept_ = false;       ///< it has judged an attempt before this one
  bool partial_ = false;    ///< it has accepted something already, which another connection would not know
  bool asking_ = false;     ///< keyboard-interactive is under way
  bool leaving_ = false;    ///< what it asks, the client has turned away from
  bool logged_in_ = false;  ///< to fetch the keys
};

}  // namespace pysshrp::connection
