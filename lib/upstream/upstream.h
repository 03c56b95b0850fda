#pragma once
#include <optional>
#include <string>

#include "base/deadline.h"
#include "base/secret.h"
#include "route/route.h"
#include "ssh/algorithms.h"
#include "ssh/client.h"
#include "ssh/wait.h"
#include "upstream/dial.h"
#include "upstream/host_key.h"

namespace pysshrp::upstream {

/// The connection to the upstream of one route, up to the login. No secret leaves before its host key is verified.
class Upstream {
 public:
  /// `route` outlives it.
  Upstream(const route::Route& route, const ssh::Algorithms& algorithms);

  /// Resolves, connects, exchanges keys, verifies the host key, asks for the methods. To be repeated while it says
  /// `again`, whenever waits_for() or the session is ready, or deadline() has passed. After `failed`, error() tells the
  /// operator why.
  ssh::Progress reach(TimePoint now);
  // Only after reach() is done. Each is to be repeated with the same argument while it says `again`.
  ssh::Verdict try_password(const Secret& password);
  ssh::Verdict try_key(const ssh::PrivateKey& key);
  /// Starts keyboard-interactive, or goes on after the session has got the answers.
  ssh::Verdict try_interactive();

  /// It lets everybody in: there is nothing to try.
  bool needs_no_proof() const noexcept { return needs_no_proof_; }

  /// What to sleep on besides the session.
  ssh::Other waits_for() const;
  TimePoint deadline() const noexcept { return deadline_; }
  /// Whether the session can be served: until then it is waits_for() alone.
  bool joined() const noexcept { return step_ > Step::exchange_keys; }
  bool dead() const noexcept { return joined() && session_.dead(); }
  ssh::Client& session() noexcept { return session_; }
  /// Why it failed, for the operator.
  const std::string& error() const noexcept { return error_; }
  /// The same for the client: true, and without a name in it.
  const char* error_for_client() const noexcept;
  const Verified& verified() const noexcept { return verified_; }

 private:
  enum class Step { dial, exchange_keys, verify, ask_methods, ready };
  ssh::Progress dial(TimePoint now);
  ssh::Progress exchange_keys(TimePoint now);
  ssh::Progress verify_host_key();
  ssh::Progress ask_methods(TimePoint now);
  ssh::Progress in_time(ssh::Progress progress, TimePoint now, const char* what);
  ssh::Verdict explained(ssh::Verdict verdict, const char* what);

  const route::Route& route_;
  const ssh::Algorithms& algorithms_;
  Dial dial_;
  Fd socket_;  // libssh does not close a socket that it was given
  ssh::Client session_;
  Step step_ = Step::dial;
  TimePoint deadline_ = kNever;
  Verified verified_;
  std::string error_;
  bool needs_no_proof_ = false;    ///< it has granted `none`
  bool password_expired_ = false;  ///< it wants another one
};

}  // namespace pysshrp::upstream
