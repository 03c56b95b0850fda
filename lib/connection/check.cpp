#include "connection/check.h"

#include <cstddef>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "auth/password.h"
#include "config/notes.h"
#include "config/values.h"
#include "connection/known_hosts.h"
#include "connection/login_files.h"
#include "connection/server_settings.h"
#include "connection/writable.h"
#include "route/route.h"
#include "ssh/algorithms.h"
#include "ssh/openssl.h"
#include "ssh/private_key.h"

namespace pysshrp::connection {
namespace {

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
    append(faults, route::lint(server));
    append(faults, check_upstream_names(server));
    append(faults, check_login_files(server));
    if (faults.size() == before) append(faults, check_known_hosts(server, known));
    const config::Entry* password = server.find("password");
    if (!password) continue;
    if (const auto usable = auth::check_stored_password(password->value()); !usable)
      faults.push_back({password->place(), "server " + std::string{server.name()}, "password", usable.error().what});
  }
}

/// Of one that is stored here, or told to the upstream; never with a byte of it.
void note_passwords(const config::Config& config, std::vector<config::Fault>& notes) {
  constexpr std::pair<const char*, std::string_view (*)(std::string_view) noexcept> kPasswords[] = {
      {"password", auth::note_stored_password}, {"upstream_password", auth::note_told_password}};
  for (const config::Server& server : config.servers())
    for (const auto& [key, note] : kPasswords) {
      const config::Entry* const entry = server.find(key);
      const auto words = entry ? note(entry->value()) : std::string_view{};
      if (words.empty()) continue;
      notes.push_back({entry->place(), "server " + std::string{server.name()}, key, "note: " + std::string{words}});
    }
}

void check_one(const config::Config& config, Findings& findings) {
  check_servers(config, findings.faults);
  append(findings.notes, config::notes(config));
  append(findings.notes, route::notes(config));
  note_passwords(config, findings.notes);
  append(findings.notes, note_writable(config));
  append(findings.notes, note_host_authorities(config));
}

void check_routes_dir(const config::Config& config, Findings& findings) {
  const auto users = config.routes_dir_users();
  if (!users) {
    findings.faults.push_back(fault_of(config, "routes_dir", users.error().what));
    return;
  }
  for (const UserName& user : *users) {
    const auto route = config.routes_file(user);
    if (!route) continue;
    append(findings.faults, {route->faults().begin(), route->faults().end()});
    check_one(*route, findings);
  }
}

/// A line is said once, though a value of [defaults] is every server's.
void tidy(const config::Config& config, std::vector<config::Fault>& notes) {
  std::set<std::string> said;
  std::vector<config::Fault> once;
  for (config::Fault& note : notes)
    if (said.insert(note.at.text() + note.key + note.what).second) once.push_back(std::move(note));
  notes = config.in_file_order(std::move(once));
}

}  // namespace

Findings check(const config::Config& config, const std::string& credentials_directory) {
  ssh::prepare_openssl();  // as when it serves
  Findings findings;
  auto& faults = findings.faults;
  faults.assign(config.faults().begin(), config.faults().end());
  if (!config.was_read()) return findings;
  check_names(config, faults);
  if (auto keys = ssh::load_host_keys(host_key_files(config.settings(), credentials_directory)); !keys)
    faults.push_back(fault_of(config, "key", std::move(keys).error().what));
  check_one(config, findings);
  check_routes_dir(config, findings);
  faults = config.in_file_order(std::move(faults));
  tidy(config, findings.notes);
  return findings;
}

}  // namespace pysshrp::connection
