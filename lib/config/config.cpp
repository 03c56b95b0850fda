#include "config/config.h"

#include <algorithm>
#include <utility>

#include "config/files.h"
#include "config/loader.h"
#include "config/text.h"

namespace pysshrp::config {
namespace {

constexpr std::string_view kRoute = ".ini";

/// Whether a user's name can be a file's: one plain path component that no listing hides.
bool is_file_name(std::string_view name) noexcept {
  return !name.empty() && name.front() != '.' && name.find('/') == name.npos && !has_control(name) &&
         name.size() + kRoute.size() <= 255;
}

}  // namespace

Server::Server(const File& file, const Section& section) noexcept
    : file_(&file),
      section_(&section),
      name_(*server_name(section.title)),
      own_(file.entries(section)),
      user_(find_entry(own_, "user")) {}

const Entry* Server::find(std::string_view key) const noexcept {
  const auto* const own = find_entry(own_, key);
  return own != nullptr ? own : find_entry(defaults_, key);
}

Config Config::load(const std::string& file) {
  return Loader::load(file, read_file(file));
}

Config Config::parse(const std::string& name, std::string_view text, mode_t mode) {
  auto file = File::parse(name, {text.begin(), text.end()}, {mode, 0, 0});
  return Loader::load(name, std::move(file));
}

std::vector<std::string> Config::file_names() const {
  std::vector<std::string> names;
  for (const auto& file : files_) names.push_back(file->name());
  return names;
}

Place Config::place_of(std::string_view key) const {
  const auto* const entry = find_entry(pysshrp_, key);
  return entry != nullptr ? entry->place() : pysshrp_at_;
}

std::optional<Config> Config::routes_file(const UserName& user) const {
  if (settings_.routes_dir.empty() || !is_file_name(user.view())) return {};
  const auto path = settings_.routes_dir + '/' + user.text() + std::string{kRoute};
  if (!exists(path)) return {};
  return Loader::load_route(path, read_file(path), defaults_);
}

Result<std::vector<UserName>> Config::routes_dir_users() const {
  std::vector<UserName> users;
  if (settings_.routes_dir.empty()) return users;
  for (auto& name : PYSSHRP_TRY(names_in(settings_.routes_dir, kRoute)))
    if (is_file_name(name)) users.emplace_back(std::move(name));
  return users;
}

std::vector<Fault> Config::in_file_order(std::vector<Fault> faults) const {
  const auto index = [this](const Fault& fault) {
    return std::find_if(files_.begin(), files_.end(), [&](const auto& file) { return file->name() == fault.at.file; }) -
           files_.begin();
  };
  std::stable_sort(faults.begin(), faults.end(), [&](const Fault& a, const Fault& b) {
    return std::pair{index(a), a.at.line} < std::pair{index(b), b.at.line};
  });
  return faults;
}

}  // namespace pysshrp::config
