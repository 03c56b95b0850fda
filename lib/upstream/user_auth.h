#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/user_auth_client.h"
#include "ssh/agent_login.h"
#include "upstream/fetch.h"
#include "upstream/upstream.h"

namespace pysshrp::upstream {

/// The login at the upstream of one route, by libssh.
class UserAuth final : public auth::UserAuthClient {
 public:
  /// As Upstream's. `keys` outlives it; null: there will be no login with upstream_key.
  UserAuth(const route::Route& route, const ssh::Algorithms& algorithms, const Endpoint& client, Connector& connector,
           KeyAgent* keys);

  std::optional<AuthResult> connect(TimePoint now) override;
  const auth::VerifiedHost& verified() const override { return upstream_.verified(); }
  std::string where() const override { return upstream_.where(); }
  const std::string& address() const override { return upstream_.address(); }

  bool is_alive() override;
  bool has_said_goodbye() const override { return upstream_.session().peer_disconnect().has_value(); }
  bool is_openssh() const override { return upstream_.session().server_software().starts_with("OpenSSH"); }
  std::vector<std::string> take_banners() override { return upstream_.session().take_banners(); }
  std::vector<std::string> methods() const override { return upstream_.session().methods(); }

  AuthResult none() override;
  AuthResult password(const Secret& password) override;
  std::optional<AuthError> load_key() override;
  AuthResult public_key() override;
  AuthResult keyboard_interactive() override;
  void answer(const Answers& answers) override { upstream_.session().answer(answers); }
  AuthResult query_key(const PublicKey& key) override;
  AuthResult fetch_keys() override;
  const std::string& fetched() const override { return fetched_; }

  Upstream& upstream() noexcept { return upstream_; }
  ssh::Client& session() noexcept { return upstream_.session(); }
  /// After a query_key() that has succeeded: the signature that is wanted. Else nothing.
  std::unique_ptr<ssh::AgentLogin> take_agent_login() noexcept;

 private:
  enum class Attempts {
    none,  ///< the upstream has answered no attempt
    made,
    not_needed  ///< it has granted `none`
  };
  AuthResult explained(AuthResult result, const std::string& what);
  AuthError broken() const;

  const route::Route& route_;
  Upstream upstream_;
  Attempts attempts_ = Attempts::none;
  KeyAgent* const keys_;
  bool has_key_ = false;    ///< the key of the proxy is loaded
  bool has_agent_ = false;  ///< and libssh is in the middle of asking its agent
  std::unique_ptr<Fetch> fetch_;
  std::string fetched_;
  std::unique_ptr<ssh::AgentLogin> agent_;
};

}  // namespace pysshrp::upstream
