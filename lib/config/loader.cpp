#include "config/loader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "config/files.h"
#include "config/keys.h"
#include "config/lint.h"
#include "config/text.h"
#include "config/values.h"

namespace pysshrp::config {
namespace {

/// A setting keeps its default where the key is missing or wrong.
Settings settings_of(std::span<const Entry> entries) {
  Settings settings;
  for (const Key& key : keys()) {
    const auto* const entry = key.read_setting ? find_entry(entries, key.name) : nullptr;
    if (entry) (void)key.read_setting(entry->value(), settings).has_value();
  }
  return settings;
}

Fault at(const File& file, const Section& section, std::string what) {
  return {{file.name(), section.line}, std::string{section.title}, {}, std::move(what)};
}

Fault at(const Section& section, const Entry& entry, std::string what) {
  return {entry.place(), std::string{section.title}, std::string{entry.key()}, std::move(what)};
}

/// Of a header that may have meant [pysshrp] or [defaults]: what is missing then is missing for everybody.
constexpr const char* kForEverybody = "; nobody is served while it stands here, since it may be for everybody";

/// One word is likely a server's name.
std::string unknown(const Section& section) {
  const std::string what = "unknown section: there are [pysshrp], [defaults] and [server NAME]";
  const bool is_word = std::none_of(section.title.begin(), section.title.end(), is_space);
  const bool is_name = is_word && !section.title.starts_with("server") && !section.title.starts_with("Server");
  return what + (is_name ? ", for a server of that name [server " + std::string{section.title} + ']' : "") +
         kForEverybody;
}

bool same_file(const File& a, const File& b) noexcept {
  return a.identity().inode == b.identity().inode && a.identity().device == b.identity().device;
}

}  // namespace

Config Loader::load(const std::string& name, Result<std::unique_ptr<File>> file) {
  Loader loader;
  loader.read(name, std::move(file));
  return loader.finish();
}

Config Loader::load_route(const std::string& name, Result<std::unique_ptr<File>> file,
                          std::span<const Entry> defaults) {
  Loader loader;
  loader.config_.routes_file_ = true;
  loader.config_.defaults_ = defaults;
  loader.read(name, std::move(file));
  auto& config = loader.config_;
  if (config.servers_.empty() && config.faults_.empty()) loader.report({{{name, 0}, {}, {}, "has no [server NAME]"}});
  return loader.finish();
}

void Loader::read(const std::string& name, Result<std::unique_ptr<File>> file) {
  if (file)
    add(*std::move(file));
  else
    report({{{name, 0}, {}, {}, "cannot be read: " + file.error().what}});
}

Config Loader::finish() {
  if (config_.pysshrp_at_.file.empty() && !config_.files_.empty())
    config_.pysshrp_at_.file = config_.files_.front()->name();
  for (auto& server : config_.servers_) server.defaults_ = config_.defaults_;
  config_.faults_ = config_.in_file_order(std::move(config_.faults_));
  return std::move(config_);
}

void Loader::add(std::unique_ptr<File> owned) {
  const File& file = *config_.files_.emplace_back(std::move(owned));
  config_.servers_.reserve(config_.servers_.size() + file.sections().size());
  chain_.push_back(&file);
  for (const auto& section : file.sections()) add(file, section);
  chain_.pop_back();
}

void Loader::add(const File& file, const Section& section) {
  if (server_name(section.title)) return add_server(file, section);
  if (config_.routes_file_ || (section.title != "pysshrp" && section.title != "defaults"))
    return add_stray(file, section);
  return section.title == "pysshrp" ? add_pysshrp(file, section) : add_defaults(file, section);
}

void Loader::add_server(const File& file, const Section& section) {
  if (config_.routes_file_ && !config_.servers_.empty()) return add_stray(file, section);
  config_.servers_.push_back(Server{file, section});
}

void Loader::add_pysshrp(const File& file, const Section& section) {
  report(lint_lines(file, section, Where::pysshrp));
  const auto entries = file.entries(section);
  if (is_first(config_.pysshrp_at_, file, section)) {
    config_.settings_ = settings_of(entries);
    config_.pysshrp_ = entries;
  }
  if (const auto* const entry = find_entry(entries, "routes_dir"); entry != nullptr) {
    const auto directory = path(entry->value());
    if (directory && !is_directory(*directory))
      report({at(section, *entry, in_quotes(*directory) + " is not a directory")});
  }
  for (const auto& entry : entries)
    if (entry.key() == "include") include(section, entry);
}

void Loader::add_defaults(const File& file, const Section& section) {
  report(lint_lines(file, section, Where::shared));
  if (is_first(defaults_at_, file, section)) config_.defaults_ = file.entries(section);
}

void Loader::add_stray(const File& file, const Section& section) {
  if (!section.title.empty())
    report({at(file, section,
               config_.routes_file_ ? "cannot stand here: a file of routes_dir has one [server NAME] and nothing else"
                                    : unknown(section))});
  auto bad = bad_lines(file, section);
  if (!bad.empty() && bad.front().at.line == section.line) bad.front().what += kForEverybody;
  report(std::move(bad));
  if (section.line != 0) return;
  for (const auto& entry : file.entries(section)) report({{entry.place(), {}, {}, "stands before the first section"}});
}

void Loader::include(const Section& section, const Entry& entry) {
  const auto items = list(entry.value());
  if (!items) return;  // lint_lines has said so
  for (const auto& item : *items) {
    const auto files = included_files(entry.file().name(), item);
    if (!files)
      report({at(section, entry, in_quotes(item) + ": " + files.error().what)});
    else
      for (const auto& path : *files) include_file(section, entry, path);
  }
}

void Loader::include_file(const Section& section, const Entry& entry, const std::string& path) {
  auto file = read_file(path);
  if (!file) return report({at(section, entry, in_quotes(path) + " cannot be read: " + file.error().what)});
  const bool loop =
      std::any_of(chain_.begin(), chain_.end(), [&](const File* open) { return same_file(*open, **file); });
  if (loop) return report({at(section, entry, in_quotes(path) + " includes itself")});
  add(*std::move(file));
}

bool Loader::is_first(Place& seen, const File& file, const Section& section) {
  if (seen.line != 0) {
    report({at(file, section, "stands already at " + seen.text())});
    return false;
  }
  seen = {file.name(), section.line};
  return true;
}

void Loader::report(std::vector<Fault> faults) {
  config_.faults_.insert(config_.faults_.end(), std::make_move_iterator(faults.begin()),
                         std::make_move_iterator(faults.end()));
}

}  // namespace pysshrp::config
