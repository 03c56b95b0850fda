#include "connection/server_settings.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "config/values.h"

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
    if (!entry) return false;
    const auto check = config::host_key_check(entry->value());
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

}  // namespace pysshrp::connection
