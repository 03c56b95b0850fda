#include "auth/auth_policy.h"

#include "config/login.h"

namespace pysshrp::auth {

StoredCredentials::StoredCredentials(const route::Route& route)
    : password(route.password.has_value()),
      keys_here(!route.authorized_keys.empty() || !route.trusted_user_ca_keys.empty()),
      upstream_password(route.upstream_password.has_value()),
      upstream_key(!route.upstream_key.empty()),
      upstream_ca_key(!route.upstream_ca_key.empty()),
      upstream_agent(route.upstream_agent) {}

StoredCredentials::StoredCredentials(const Find& find)
    : password(find("password") != nullptr),
      keys_here(find("authorized_keys") != nullptr || find("trusted_user_ca_keys") != nullptr),
      upstream_password(find("upstream_password") != nullptr),
      upstream_key(find("upstream_key") != nullptr),
      upstream_ca_key(find("upstream_ca_key") != nullptr),
      upstream_agent(config::says_yes(find("upstream_agent"))) {}

StoredCredentials::StoredCredentials(const config::Server& server)
    : StoredCredentials([&](std::string_view key) { return server.find(key); }) {}

StoredCredentials::StoredCredentials(const config::Config& config)
    : StoredCredentials([&](std::string_view key) { return config.find_default(key); }) {}

bool proves_by_key(const StoredCredentials& stored) noexcept {
  return stored.keys_here || looks_keys_up_at_upstream(stored);
}

bool proves_by_password(const StoredCredentials& stored) noexcept {
  return stored.password;
}

bool upstream_decides(const StoredCredentials& stored) noexcept {
  return !stored.password && !stored.keys_here && !stored.upstream_password && !stored.upstream_key &&
         !stored.upstream_ca_key;
}

bool looks_keys_up_at_upstream(const StoredCredentials& stored) noexcept {
  return !stored.keys_here && (stored.upstream_key || stored.upstream_agent);
}

KeyPolicy key_policy(const StoredCredentials& stored) noexcept {
  if (stored.keys_here) return stored.upstream_agent ? KeyPolicy::local_file_then_agent : KeyPolicy::local_file;
  if (stored.upstream_agent) return KeyPolicy::agent;
  return stored.upstream_key ? KeyPolicy::upstream_file : KeyPolicy::none;
}

}  // namespace pysshrp::auth
