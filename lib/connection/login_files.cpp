#include "connection/login_files.h"

#include <string>
#include <utility>

#include "auth/authorized_keys.h"
#include "base/result.h"
#include "config/keys.h"
#include "monitor/key_file.h"
#include "ssh/private_key.h"

namespace pysshrp::connection {
namespace {

Status keys(const std::string& file) {
  if (auto text = monitor::read_key_file(file); !text) return std::move(text).error();
  return {};
}

Status authorities(const std::string& file) {
  const std::string text = PYSSHRP_TRY(monitor::read_key_file(file));
  if (auto good = auth::check_authorities(text); !good) return Error{file + ' ' + good.error().what};
  return {};
}

Status revoked(const std::string& file) {
  if (auto keys = monitor::read_revoked_keys(file); !keys) return std::move(keys).error();
  return {};
}

Status private_key(const std::string& file) {
  if (auto key = ssh::load_private_key(file); !key) return std::move(key).error();
  return {};
}

Status certificate(const std::string& file) {
  return ssh::check_certificate(file);
}

struct File {
  std::string_view key;
  Status (*check)(const std::string& file);
};
constexpr File kFiles[] = {
    {"authorized_keys", keys},     {"trusted_user_ca_keys", authorities}, {"revoked_keys", revoked},
    {"upstream_key", private_key}, {"upstream_certificate", certificate}, {"upstream_ca_key", private_key}};

}  // namespace

std::vector<config::Fault> check_login_files(const config::Server& server) {
  std::vector<config::Fault> faults;
  for (const File& file : kFiles) {
    const config::Entry* const entry = server.find(file.key);
    // What is no absolute path has been said.
    if (!entry || !entry->value().starts_with('/') || config::has_captures(entry->value())) continue;
    if (auto good = file.check(std::string{entry->value()}); !good)
      faults.push_back({entry->place(), "server " + std::string{server.name()}, std::string{file.key},
                        std::move(good).error().what});
  }
  return faults;
}

}  // namespace pysshrp::connection
