#pragma once
#include <functional>
#include <string_view>

#include "auth/monitor.h"
#include "config/config.h"
#include "route/route.h"

/// How a client may prove himself, by what is stored for him. Whoever has no route is not asked about here.
namespace pysshrp::auth {

/// What is stored that proves somebody to somebody. A route or a server stands for it wherever it is asked for.
struct StoredCredentials {
  StoredCredentials(const route::Route& route);
  StoredCredentials(const config::Server& server);           ///< as written: also what is faulty
  explicit StoredCredentials(const config::Config& config);  ///< its [defaults]
  bool password, keys_here, upstream_password, upstream_key, upstream_ca_key, upstream_agent;

 private:
  using Find = std::function<const config::Entry*(std::string_view key)>;
  explicit StoredCredentials(const Find& find);
};

/// A public key may be the client's proof, be it looked up here or at the upstream.
bool proves_by_key(const StoredCredentials& stored) noexcept;

/// A password may, which is checked here.
bool proves_by_password(const StoredCredentials& stored) noexcept;

/// Nothing is stored that checks the client, and nothing that opens the upstream without him: it may be asked with
/// what anybody comes with.
bool upstream_decides(const StoredCredentials& stored) noexcept;

/// Only the upstream can say whether a public key is the client's.
bool looks_keys_up_at_upstream(const StoredCredentials& stored) noexcept;

/// How public keys count.
KeyPolicy key_policy(const StoredCredentials& stored) noexcept;

}  // namespace pysshrp::auth
