#include "config/login.h"

#include "config/values.h"

namespace pysshrp::config {
namespace {

/// What a server has for its logins.
struct Login {
  bool password, authorized_keys, trusted_user_ca_keys, authorized_principals, revoked_keys, upstream_authorized_keys,
      upstream_password, upstream_key, upstream_certificate, upstream_ca_key, upstream_agent;

  bool proves() const noexcept { return password || authorized_keys || trusted_user_ca_keys; }
};

Login login_of(const Server& server) {
  const auto has = [&](std::string_view key) { return server.find(key) != nullptr; };
  return {has("password"),
          has("authorized_keys"),
          has("trusted_user_ca_keys"),
          has("authorized_principals"),
          has("revoked_keys"),
          has("upstream_authorized_keys"),
          has("upstream_password"),
          has("upstream_key"),
          has("upstream_certificate"),
          has("upstream_ca_key"),
          says_yes(server.find("upstream_agent"))};
}

struct Rule {
  LoginFault fault;
  bool (*broken)(const Login& has) noexcept;
};

/// What upstream_ca_key certifies with.
constexpr std::string_view kOfCertificates[] = {"upstream_principals", "upstream_certificate_command",
                                                "upstream_certificate_source_address"};

constexpr Rule kRules[] = {
    // With upstream_key the client's keys are looked up at the upstream, if not here.
    {{"upstream_password",
      "would let anybody in: a server that stores it needs 'password', 'authorized_keys' or 'trusted_user_ca_keys' to "
      "check the client with"},
     [](const Login& has) noexcept { return has.upstream_password && !has.proves() && !has.upstream_key; }},
    {{"upstream_ca_key",
      "would let anybody in: a server that has it needs 'password', 'authorized_keys' or 'trusted_user_ca_keys' to "
      "check the client with"},
     [](const Login& has) noexcept { return has.upstream_ca_key && !has.proves(); }},
    {{"upstream_ca_key", "stands beside 'upstream_key': which of the two?"},
     [](const Login& has) noexcept { return has.upstream_ca_key && has.upstream_key; }},
    {{"authorized_principals", "needs the 'trusted_user_ca_keys' that certify them"},
     [](const Login& has) noexcept { return has.authorized_principals && !has.trusted_user_ca_keys; }},
    {{"revoked_keys",
      "needs the 'authorized_keys' or 'trusted_user_ca_keys' that it takes something from; what counts on the upstream "
      "is revoked there"},
     [](const Login& has) noexcept { return has.revoked_keys && !has.authorized_keys && !has.trusted_user_ca_keys; }},
    {{"upstream_certificate", "needs the 'upstream_key' that it is for"},
     [](const Login& has) noexcept { return has.upstream_certificate && !has.upstream_key; }},
    {{"upstream_authorized_keys", "needs an 'upstream_key' to be read with"},
     [](const Login& has) noexcept { return has.upstream_authorized_keys && !has.upstream_key; }},
    {{"upstream_authorized_keys", "stands beside 'authorized_keys': which of the two?"},
     [](const Login& has) noexcept { return has.upstream_authorized_keys && has.authorized_keys; }},
    {{"upstream_authorized_keys",
      "stands beside 'trusted_user_ca_keys': which of the two? A line with cert-authority there names one, too"},
     [](const Login& has) noexcept { return has.upstream_authorized_keys && has.trusted_user_ca_keys; }},
    {{"upstream_agent", "stands beside 'upstream_key': which of the two?"},
     [](const Login& has) noexcept { return has.upstream_agent && has.upstream_key; }},
    {{"upstream_agent", "stands beside 'upstream_ca_key': which of the two?"},
     [](const Login& has) noexcept { return has.upstream_agent && has.upstream_ca_key; }},
    {{"upstream_agent", "stands beside 'upstream_password': which of the two?"},
     [](const Login& has) noexcept { return has.upstream_agent && has.upstream_password; }},
};

}  // namespace

std::vector<LoginFault> lint_login(const Server& server) {
  const Login login = login_of(server);
  std::vector<LoginFault> faults;
  for (const Rule& rule : kRules)
    if (rule.broken(login)) faults.push_back(rule.fault);
  if (!login.upstream_ca_key)
    for (const std::string_view key : kOfCertificates)
      if (server.find(key) != nullptr) faults.push_back({key, "needs the 'upstream_ca_key' that certifies"});
  return faults;
}

bool says_yes(const Entry* entry) {
  if (entry == nullptr) return false;
  const auto value = boolean(entry->value());
  return value && *value;
}

}  // namespace pysshrp::config
