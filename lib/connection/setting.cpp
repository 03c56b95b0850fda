#include "connection/setting.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

#include "auth/password.h"
#include "config/values.h"
#include "connection/known_hosts.h"
#include "connection/login_files.h"
#include "route/route.h"
#include "ssh/openssl.h"
#include "ssh/private_key.h"

namespace pysshrp::connection {
namespace {

constexpr const char* kKeyDirectory = "/etc/pysshrp";

std::vector<std::string> keys_in(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it{directory, error}, end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with("ssh_host_") && name.ends_with("_key")) files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void check_names(const config::Config& config, std::vector<config::Fault>& faults) {
  const config::Settings& s = config.settings();
  const std::tuple<const char*, ssh::AlgorithmKind, const std::string&> lists[] = {
      {"kex_algorithms", ssh::AlgorithmKind::kex, s.kex_algorithms},
      {"ciphers", ssh::AlgorithmKind::cipher, s.ciphers},
      {"macs", ssh::AlgorithmKind::mac, s.macs},
      {"host_key_algorithms", ssh::AlgorithmKind::host_key, s.host_key_algorithms},
      {"public_key_algorithms", ssh::AlgorithmKind::public_key, s.public_key_algorithms}};
  for (const auto& [key, kind, names] : lists) {
    if (names.empty()) continue;
    if (auto known = ssh::check_algorithms(kind, names); !known)
      faults.push_back(fault_of(config, key, std::move(known).error().what));
  }
}

/// Those of one server, where they stand.
constexpr std::pair<const char*, ssh::AlgorithmKind> kUpstreamNames[] = {
    {"upstream_kex_algorithms", ssh::AlgorithmKind::kex},
    {"upstream_ciphers", ssh::AlgorithmKind::cipher},
    {"upstream_macs", ssh::AlgorithmKind::mac},
    {"upstream_host_key_algorithms", ssh::AlgorithmKind::host_key},
    {"upstream_public_key_algorithms", ssh::AlgorithmKind::public_key}};

std::vector<config::Fault> check_upstream_names(const config::Server& server) {
  std::vector<config::Fault> faults;
  for (const auto& [key, kind] : kUpstreamNames) {
    const config::Entry* const entry = server.find(key);
    const auto names = entry ? config::name_list(entry->value()) : Result<std::string>{std::string{}};
    if (!names || names->empty()) continue;  // what is no list has been said
    if (auto known = ssh::check_algorithms(kind, *names); !known)
      faults.push_back({entry->place(), "server " + std::string{server.name()}, key, std::move(known).error().what});
  }
  return faults;
}

void append(std::vector<config::Fault>& faults, std::vector<config::Fault> more) {
  faults.insert(faults.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void check_servers(const config::Config& config, std::vector<config::Fault>& faults) {
  upstream::KnownHostsCheck known;
  for (const config::Server& server : config.servers()) {
    const std::size_t before = faults.size();
    append(faults, config::lint(config, server));
    append(faults, route::lint(config, server));
    append(faults, check_upstream_names(server));
    append(faults, check_login_files(server));
    if (faults.size() == before) append(faults, check_known_hosts(server, known));
    const config::Entry* password = server.find("password");
    if (!password) continue;
    if (const auto usable = auth::check_stored_password(password->value()); !usable)
      faults.push_back({password->place(), "server " + std::string{server.name()}, "password", usable.error().what});
  }
}

void check_routes_dir(const config::Config& config, std::vector<config::Fault>& faults) {
  const auto users = config.routes_dir_users();
  if (!users) {
    faults.push_back(fault_of(config, "routes_dir", users.error().what));
    return;
  }
  for (const UserName& user : *users) {
    const auto route = config.routes_file(user);
    if (!route) continue;
    append(faults, {route->faults().begin(), route->faults().end()});
    check_servers(*route, faults);
  }
}

}  // namespace

ssh::Algorithms algorithms_of(const config::Settings& settings) {
  const ssh::Algorithms modern;
  return {.kex = ssh::extend(modern.kex, settings.kex_algorithms),
          .ciphers = ssh::extend(modern.ciphers, settings.ciphers),
          .macs = ssh::extend(modern.macs, settings.macs),
          .host_keys = ssh::extend(modern.host_keys, settings.host_key_algorithms),
          .public_keys = ssh::extend(modern.public_keys, settings.public_key_algorithms)};
}

bool writes_files(const config::Config& config) {
  const auto accepts = [](const config::Server& server) {
    const config::Entry* const entry = server.find("upstream_host_key_check");
    const auto check = config::host_key_check(entry ? entry->value() : "strict");
    return check && *check == config::HostKeyCheck::accept_new;
  };
  return !config.settings().routes_dir.empty() ||
         std::any_of(config.servers().begin(), config.servers().end(), accepts);
}

std::vector<std::string> host_key_files(const config::Settings& settings, const std::string& credentials_directory) {
  if (!settings.key.empty()) return settings.key;
  if (!credentials_directory.empty())
    if (auto files = keys_in(credentials_directory); !files.empty()) return files;
  return keys_in(kKeyDirectory);
}

config::Fault fault_of(const config::Config& config, const std::string& key, std::string what) {
  return {config.place_of(key), "pysshrp", key, std::move(what)};
}

std::vector<config::Fault> check(const config::Config& config, const std::string& credentials_directory) {
  ssh::prepare_openssl();  // as when it serves
  std::vector<config::Fault> faults{config.faults().begin(), config.faults().end()};
  if (!config.was_read()) return faults;
  check_names(config, faults);
  if (auto keys = ssh::load_host_keys(host_key_files(config.settings(), credentials_directory)); !keys)
    faults.push_back(fault_of(config, "key", std::move(keys).error().what));
  check_servers(config, faults);
  check_routes_dir(config, faults);
  return config.in_file_order(std::move(faults));
}

}  // namespace pysshrp::connection
