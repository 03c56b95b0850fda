#include "config/root.h"

#include <utility>

#include "base/startup_files.h"
#include "config/keys.h"
#include "config/login.h"
#include "config/text.h"
#include "config/values.h"

namespace pysshrp::config {
namespace {

constexpr std::string_view kSomeHome = "/home/account";  // what a relative root is relative to

std::string section(const Server& server) {
  return "server " + std::string{server.name()};
}

bool is_internal(const Server& server) {
  const Entry* const entry = server.find("upstream_sftp");
  if (!entry) return ServerValues{}.upstream_sftp == UpstreamSftp::internal;
  const auto value = upstream_sftp(entry->value());
  return !value || *value == UpstreamSftp::internal;  // what is neither is a fault of its own
}

/// The root as root_path() gives it; nothing where there is none, or where it depends on the user.
std::optional<std::string> root_of(const Server& server) {
  const Entry* const entry = server.find("upstream_root_path");
  if (!entry || has_captures(entry->value())) return {};
  auto root = root_path(entry->value());
  if (!root) return {};
  return *std::move(root);
}

/// Whether the text alone makes it likely that it is the login directory, or holds it.
bool looks_like_home(const Server& server, std::string_view root) {
  if (root == "/home" || root == "/root") return true;
  const Entry* const account = server.find("upstream_user") ? server.find("upstream_user") : server.user();
  return account && root == "/home/" + std::string{account->value()};
}

bool restricts_access(const Server& server) {
  const Entry* const entry = server.find("sftp_access");
  if (!entry) return false;
  const auto access = sftp_access(entry->value());
  return access && *access != SftpAccess::read_write;
}

}  // namespace

Status check_root(std::string_view root) {
  const bool is_relative = !root.starts_with('/');
  const std::string path =
      is_relative ? std::string{kSomeHome} + (root == "." ? "" : '/' + std::string{root}) : std::string{root};
  const bool is_bad = is_relative   ? can_hold_startup_files(kSomeHome, path)
                      : root == "/" ? true
                                    : is_startup_file_of_anybody(path);
  if (!is_bad) return {};
  return Error{
      in_quotes(root) +
      " can hold files that the account's login reads (.bashrc, .ssh and others): who writes one runs programs "
      "on the upstream; take a directory below the login directory, or write 'upstream_sftp = internal' if the "
      "upstream starts no shell for SFTP"};
}

std::optional<std::string> lint_root(const Server& server) {
  const auto root = root_of(server);
  if (!root || is_internal(server)) return {};
  if (auto good = check_root(*root); !good) return std::move(good).error().what;
  return {};
}

std::vector<Fault> note_root(const Server& server) {
  std::vector<Fault> notes;
  const auto root = root_of(server);
  if (root && !is_internal(server) && looks_like_home(server, *root))
    notes.push_back({server.find("upstream_root_path")->place(), section(server), "upstream_root_path",
                     "note: SFTP is refused where this is the login directory or holds it: take a directory below it, "
                     "or write 'upstream_sftp = internal' if the upstream starts no shell for SFTP"});
  const Entry* const shell = server.find("allow_ssh");
  if (!says_yes(shell)) return notes;
  for (const auto& [key, restricts] : {std::pair{"upstream_root_path", server.find("upstream_root_path") != nullptr},
                                       std::pair{"sftp_access", restricts_access(server)}})
    if (restricts)
      notes.push_back({shell->place(), section(server), "allow_ssh",
                       "note: a shell is not held to '" + std::string{key} + "': without this line there is none"});
  return notes;
}

}  // namespace pysshrp::config
