#include "auth/auth_methods.h"

namespace pysshrp::auth {
namespace {

bool takes_passwords(const StoredCredentials& stored) noexcept {
  return proves_by_password(stored) || upstream_decides(stored);
}

}  // namespace

AuthMethods methods_of(const config::Config& config) {
  AuthMethods everybody{false, false, false};
  if (!config.settings().routes_dir.empty()) everybody = methods_of(StoredCredentials{config});
  for (const auto& server : config.servers()) everybody = everybody | methods_of(StoredCredentials{server});
  // Of nothing at all a client would make out that nobody can log in.
  everybody.password |= !everybody.publickey;
  return everybody;
}

AuthMethods operator|(const AuthMethods& one, const AuthMethods& other) noexcept {
  return {one.publickey || other.publickey, one.password || other.password,
          one.accept_unsigned_keys || other.accept_unsigned_keys};
}

AuthMethods methods_of(const StoredCredentials& stored) noexcept {
  return {proves_by_key(stored), takes_passwords(stored), looks_keys_up_at_upstream(stored)};
}

std::vector<std::string> names_of(const AuthMethods& methods) {
  std::vector<std::string> names;
  if (methods.publickey) names.emplace_back("publickey");
  if (methods.password) names.insert(names.end(), {"keyboard-interactive", "password"});
  return names;
}

}  // namespace pysshrp::auth
