#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/named.h"
#include "base/result.h"
#include "config/ini.h"
#include "config/key_values.h"

namespace pysshrp::config {

/// One thing wrong with the configuration; `section` and `key` are empty where there is none. Never has the value of a
/// secret key.
struct Fault {
  Place at;
  std::string section;  ///< `pysshrp`, `defaults`, `server web`
  std::string key;
  std::string what;
  std::string text() const;  ///< `file:line: [server web] upstream_port: '70000' is not a port (1-65535)`
};

/// A [server NAME] as written: which key has which text, [defaults] included. What the texts mean for one user is
/// lib/route's.
class Server {
 public:
  std::string_view name() const noexcept { return name_; }
  Place at() const { return {file_->name(), section_->line}; }
  /// The server's own entry, else that of [defaults], else nothing.
  const Entry* find(std::string_view key) const noexcept;
  /// Its `user`, or nothing where that is missing or its line is bad.
  const Entry* user() const noexcept { return user_; }

 private:
  friend class Loader;
  friend std::vector<Fault> lint(const class Config& config, const Server& server);
  Server(const File& file, const Section& section) noexcept;

  const File* file_;
  const Section* section_;
  std::string_view name_;
  std::span<const Entry> own_, defaults_;
  const Entry* user_;
};

/// The file and all it includes. Loading never fails: what is wrong is in faults(), and then every connection is
/// refused; what is wrong inside one server is in lint() and hurts that server's users only.
class Config {
 public:
  static Config load(const std::string& file);
  /// The same from a text that needs no file. An `include` in it is looked for beside `name`.
  static Config parse(const std::string& name, std::string_view text, mode_t mode = 0640);

  /// Whether there was a file to read; if not, everything else is empty but faults().
  bool was_read() const noexcept { return !files_.empty(); }
  /// The files that were read, the main one first.
  std::vector<std::string> file_names() const;
  const Settings& settings() const noexcept { return settings_; }
  /// Where the key of [pysshrp] stands; where it does not, the section; where there is none, the main file.
  Place place_of(std::string_view key) const;
  std::span<const Fault> faults() const noexcept { return faults_; }
  std::span<const Server> servers() const noexcept {
    return servers_;
  }  ///< in file order, those of included files where the include stands

  /// The entry of [defaults], or nothing.
  const Entry* find_default(std::string_view key) const noexcept { return find_entry(defaults_, key); }

  /// USER.ini of routes_dir, at the cost of one look-up: a Config of one server, which is that user's, or of the faults
  /// why there is none. Nothing if there is no such file, or if the name is not safe as a file's. Borrows this one's
  /// [defaults]: this one must outlive it.
  std::optional<Config> routes_file(const UserName& user) const;
  /// The users that have a file in routes_dir, sorted: reads the whole directory, for --check.
  Result<std::vector<UserName>> routes_dir_users() const;

  /// Sorted for reading: the main file from top to bottom, then the included ones.
  std::vector<Fault> in_file_order(std::vector<Fault> faults) const;

 private:
  friend class Loader;
  friend std::vector<Fault> lint(const Config& config, const Server& server);

  Settings settings_;
  std::vector<Fault> faults_;
  std::vector<std::unique_ptr<File>> files_;  // what everything below views
  std::vector<Server> servers_;
  std::span<const Entry> pysshrp_, defaults_;
  Place pysshrp_at_;
  bool routes_file_ = false;
};

/// Everything wrong inside one server that can be said without knowing the user.
std::vector<Fault> lint(const Config& config, const Server& server);

}  // namespace pysshrp::config
