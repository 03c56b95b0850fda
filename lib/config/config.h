#pragma once
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/level.h"
#include "base/named.h"
#include "base/result.h"
#include "base/secret.h"

namespace pysshrp::config {

/// Where something stands. Line 0 means the file as a whole.
struct Place {
  std::string file;
  unsigned line = 0;
  std::string text() const;  ///< `file:line`
};

/// One thing wrong with the configuration; `section` and `key` are empty where there is none.
struct Fault {
  Place at;
  std::string section;  ///< `pysshrp`, `defaults`, `server web`
  std::string key;
  std::string what;
  std::string text() const;  ///< `file:line: [server web] upstream_port: '70000' is not a port (1-65535)`
};

/// One `key = value` line. Any value may be a password, so every value is kept as one.
struct Entry {
  std::string_view value() const noexcept { return text.reveal(); }
  std::string key;
  Secret text;
  Place at;
};

/// [pysshrp], with the defaults filled in.
struct Settings {
  std::vector<std::string> key;  ///< host key files; empty: ssh_host_*_key in $CREDENTIALS_DIRECTORY, else in /etc/pysshrp
  Level level = Level::info;
  std::string routes_dir;  ///< empty: none
  std::chrono::seconds login_grace_time{120};
  unsigned max_auth_tries = 6;
  unsigned max_channels = 128;
  std::string kex_algorithms, ciphers, macs, host_key_algorithms;  ///< comma separated; empty: the modern set
};

/// A [server NAME] as written: which key has which text, [defaults] included. What the texts mean for one user is lib/route's.
class Server {
 public:
  std::string_view name() const noexcept;
  Place at() const;
  /// The server's own entry, else that of [defaults], else nothing.
  const Entry* find(std::string_view key) const noexcept;
};

/// The file and all it includes. Loading never fails: what is wrong is in faults(), and then every connection is refused;
/// what is wrong inside one server is in lint() and hurts that server's users only.
class Config {
 public:
  static Config load(const std::string& file);
  const Settings& settings() const noexcept;
  std::span<const Fault> faults() const noexcept;
  std::span<const Server> servers() const noexcept;  ///< in file order, those of included files where the include stands
};

/// Everything wrong inside one server that can be said without knowing the user.
std::vector<Fault> lint(const Config& config, const Server& server);

}  // namespace pysshrp::config
