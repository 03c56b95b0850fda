#include "config/lint.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "config/login.h"
#include "config/root.h"
#include "config/text.h"

namespace pysshrp::config {
namespace {

bool is_key_like(std::string_view name) noexcept {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// What is wrong with an entry whose key is in the table; empty if nothing.
std::string validate(const Entry& entry, const Key& key) {
  if (entry.value().empty()) return "has no value";
  if (entry.is_continued() && !key.is_list)
    return "is no list, and cannot go on in the next line: keys and sections start at the margin";
  if (key.is_secret && (entry.file().identity().mode & S_IRWXO) != 0)
    return "stands in a file that is open to everybody: chmod 0640 " + entry.file().name();
  if (key.capture != Capture::none && has_captures(entry.value())) return {};
  auto checked = key.check(entry.value());
  return checked ? std::string{} : std::move(checked).error().what;
}

void add(std::vector<Fault>& faults, const Section& section, const Entry& entry, std::string what) {
  faults.push_back({entry.place(), std::string{section.title}, std::string{entry.key()}, std::move(what)});
}

void lint_entry(std::vector<Fault>& faults, std::span<const Entry> before, const Section& section, const Entry& entry,
                Where where) {
  // What is no key may be half of a password that a line break tore apart: it is not repeated.
  if (!is_key_like(entry.key())) {
    faults.push_back({entry.place(),
                      std::string{section.title},
                      {},
                      "has something before the '=' that is no key (letters, digits, '_')"});
    return;
  }
  const auto* const key = find_key(where, entry.key());
  if (key == nullptr) return add(faults, section, entry, explain_unknown(where, entry.key()));
  if (const auto* const first = find_entry(before, entry.key()); first != nullptr)
    add(faults, section, entry, "repeated, it stands already in line " + std::to_string(first->line()));
  if (auto what = validate(entry, *key); !what.empty()) add(faults, section, entry, std::move(what));
}

void sort_by_line(std::vector<Fault>& faults) {
  std::stable_sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) { return a.at.line < b.at.line; });
}

}  // namespace

std::string Fault::text() const {
  auto text = at.text() + ": ";
  if (!section.empty()) text += '[' + section + ']';
  if (!section.empty() && !key.empty()) text += ' ';
  text += key;
  if (!section.empty() || !key.empty()) text += ": ";
  return text + what;
}

std::vector<Fault> bad_lines(const File& file, const Section& section) {
  std::vector<Fault> faults;
  const auto index = static_cast<std::size_t>(&section - file.sections().data());
  for (const auto& line : file.bad_lines())
    if (line.section == index) faults.push_back({{file.name(), line.line}, std::string{section.title}, {}, line.what});
  return faults;
}

std::vector<Fault> lint_lines(const File& file, const Section& section, Where where) {
  auto faults = bad_lines(file, section);
  const auto entries = file.entries(section);
  for (std::size_t i = 0; i < entries.size(); ++i) lint_entry(faults, entries.first(i), section, entries[i], where);
  sort_by_line(faults);
  return faults;
}

std::vector<Fault> lint(const Config& config, const Server& server) {
  auto faults = lint_lines(*server.file_, *server.section_, Where::server);
  // At the entry if it is the server's own: one in [defaults] is not wrong in itself.
  const auto add_for = [&](std::string_view key, std::string what) {
    const auto* const entry = server.find(key);
    const bool own = entry != nullptr &&
                     std::any_of(server.own_.begin(), server.own_.end(), [&](const Entry& e) { return &e == entry; });
    faults.push_back(
        {own ? entry->place() : server.at(), std::string{server.section_->title}, std::string{key}, std::move(what)});
  };
  if (config.routes_file_ && server.user_ != nullptr)
    add_for("user", "must not stand here: the name of the file is the user");
  if (!config.routes_file_ && server.user_ == nullptr) add_for("user", "is missing");
  if (server.find("upstream_host") == nullptr) add_for("upstream_host", "is missing");
  for (const auto& [key, what] : lint_login(server)) add_for(key, std::string{what});
  if (auto what = lint_root(server)) add_for("upstream_root_path", *std::move(what));
  for (const auto& other : config.servers_) {
    if (&other == &server) continue;
    const auto where = [&] { return '[' + std::string{other.section_->title} + "] at " + other.at().text(); };
    if (other.name_ == server.name_) add_for({}, "has the name of " + where());
    if (server.user_ != nullptr && other.user_ != nullptr && other.user_->value() == server.user_->value() &&
        !server.user_->value().starts_with('^'))
      add_for("user", in_quotes(server.user_->value()) + " is also the user of " + where());
  }
  sort_by_line(faults);
  return faults;
}

}  // namespace pysshrp::config
