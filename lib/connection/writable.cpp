#include "connection/writable.h"

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <utility>

#include "config/keys.h"

namespace pysshrp::connection {
namespace {

constexpr std::string_view kFiles[] = {"authorized_keys", "trusted_user_ca_keys", "revoked_keys",
                                       "upstream_known_hosts"};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode : 0;
}

/// Empty where not everybody may.
std::string validate(const std::string& path) {
  if ((mode_of(path) & S_IWOTH) != 0) return "note: everybody may write to " + path + ": chmod o-w " + path;
  const auto directory = path.substr(0, path.rfind('/'));
  const mode_t mode = path.starts_with('/') ? mode_of(directory) : 0;
  // In a sticky one, such as /tmp, everybody may replace what is his own.
  if ((mode & S_IWOTH) == 0 || (mode & S_ISVTX) != 0) return {};
  return "note: everybody may put another one in the place of " + path + ": chmod o-w " + directory;
}

}  // namespace

std::vector<config::Fault> note_writable(const config::Config& config) {
  std::vector<config::Fault> notes;
  for (const auto& file : config.file_names())
    if (auto what = validate(file); !what.empty()) notes.push_back({{file, 0}, {}, {}, std::move(what)});
  const std::string& routes = config.settings().routes_dir;
  if (!routes.empty() && (mode_of(routes) & S_IWOTH) != 0)
    notes.push_back({config.place_of("routes_dir"), "pysshrp", "routes_dir",
                     "note: everybody may write to " + routes + ": chmod o-w " + routes});
  for (const config::Server& server : config.servers())
    for (const auto key : kFiles) {
      const config::Entry* const entry = server.find(key);
      if (!entry || config::has_captures(entry->value())) continue;
      if (auto what = validate(std::string{entry->value()}); !what.empty())
        notes.push_back({entry->place(), "server " + std::string{server.name()}, std::string{key}, std::move(what)});
    }
  return notes;
}

}  // namespace pysshrp::connection
