#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "auth/user_auth_client.h"
#include "base/deadline.h"
#include "base/secret.h"
#include "base/userauth.h"
#include "connection/stored_login.h"
#include "route/route.h"

namespace pysshrp::connection {

// What one attempt of the client asks of the upstream. Of the first three the upstream decides.
struct RelayPassword {
  Secret password;
};
struct RelayInteractive {};
struct RelayAnswers {
  Answers answers;
};
/// The client has proved itself here: what the route has stored, or else the password that it typed.
struct LogIn {
  std::optional<Secret> typed;
};
/// upstream_authorized_keys is wanted, with upstream_key.
struct FetchKeys {};
/// Would the upstream accept this very key? The client's agent is to sign later.
struct QueryKey {
  PublicKey key;
};
using UpstreamAuthRequest = std::variant<RelayPassword, RelayInteractive, RelayAnswers, LogIn, FetchKeys, QueryKey>;

/// The login of one client at its upstream: one connection for as many attempts as it can serve.
///
///   Connection  none -> connecting -> ready -> kept     kept: it has answered an attempt before this one
///               any -> none: it has hung up, or waits for answers that will not come; the next step dials again
///   Dialogue    idle -> asked -> idle                   keyboard-interactive (RFC 4256)
///               idle -> asked_for_password -> idle      we ask, as the upstream has only the method `password`
///               asked -> abandoned -> idle              the client has turned to something else, after a proof
///   Progress    fresh -> proven_here -> partly_accepted
class UpstreamAuth {
 public:
  enum class Connection { none, connecting, ready, kept };
  enum class Dialogue { idle, asked, asked_for_password, abandoned };
  enum class Progress {
    fresh,
    proven_here,     ///< the client has, and the upstream decides on the rest; another connection would do as well
    partly_accepted  ///< the upstream has accepted something already, which another connection would not know
  };
  using Connect = std::function<std::unique_ptr<auth::UserAuthClient>()>;

  /// `route` outlives it. `connect` makes a connection that has not begun yet.
  UpstreamAuth(const route::Route& route, Connect connect) : route_(route), connect_(std::move(connect)) {}

  void begin(UpstreamAuthRequest request);
  bool is_busy() const noexcept { return request_.has_value(); }
  /// To be repeated while it is pending; then the request is done.
  AuthResult advance(TimePoint now);

  /// Once, when the host key has been verified.
  std::optional<auth::VerifiedHost> take_verified() noexcept { return std::exchange(verified_, {}); }
  /// What the upstream has had shown to the user since the last call; mostly nothing. Another connection that begins
  /// with the same says nothing new.
  std::vector<std::string> take_banners();
  /// The connection of now; null before there was any.
  auth::UserAuthClient* client() noexcept { return client_.get(); }
  /// After a success.
  std::unique_ptr<auth::UserAuthClient> take_client() noexcept { return std::move(client_); }

  Connection connection() const noexcept { return connection_; }
  Dialogue dialogue() const noexcept { return dialogue_; }
  Progress progress() const noexcept { return progress_; }

 private:
  /// How the upstream's methods are known.
  enum class Methods {
    unknown,
    told,       ///< by the answer to an attempt
    asked,      ///< by `none`
    not_needed  ///< it has granted `none`
  };
  enum class Fetching { none, logged_in, done };  ///< of upstream_authorized_keys

  AuthResult step(TimePoint now);
  bool asks_methods_first() const;
  std::optional<AuthResult> ask_methods();
  std::optional<AuthResult> leave_dialogue();
  void forget_what_is_stale();
  void disconnect();
  void collect_banners();
  AuthResult act(const RelayPassword& request);
  AuthResult act(RelayInteractive request);
  AuthResult act(RelayAnswers& request);
  AuthResult act(const LogIn& request);
  AuthResult act(FetchKeys request);
  AuthResult act(const QueryKey& request);
  AuthResult relayed(AuthResult result);
  AuthResult log_in_to_fetch();
  AuthResult hung_up(AuthError error);
  AuthResult what_can_continue();
  void note_answer(const AuthResult& result) noexcept;

  const route::Route& route_;
  const Connect connect_;
  std::unique_ptr<auth::UserAuthClient> client_;
  Connection connection_ = Connection::none;
  Dialogue dialogue_ = Dialogue::idle;
  Progress progress_ = Progress::fresh;
  Methods methods_ = Methods::unknown;
  Fetching fetching_ = Fetching::none;
  std::optional<UpstreamAuthRequest> request_;
  std::optional<StoredLogin> login_;  ///< of a LogIn
  std::optional<AuthError> refusal_;  ///< of a login, until it is known whether the upstream wants any proof
  std::optional<auth::VerifiedHost> verified_;
  std::vector<std::string> heard_;  ///< the banners so far, of this connection or the ones before it
  std::size_t heard_now_ = 0;       ///< how many of them this one has sent
  std::vector<std::string> unshown_;
};

}  // namespace pysshrp::connection
