#include "base/startup_files.h"

#include <algorithm>
#include <string>

#include "base/ascii.h"

namespace pysshrp {
namespace {

constexpr std::string_view kNames[] = {
    // sshd: keys, rc, environment. rshd and Kerberos: who may log in.
    ".ssh",
    ".ssh2",
    ".rhosts",
    ".shosts",
    ".k5login",
    ".k5users",
    ".k5identity",
    // sh, bash
    ".profile",
    ".bash_profile",
    ".bash_login",
    ".bash_logout",
    ".bash_aliases",
    ".bashrc",
    ".shrc",
    ".shinit",
    // zsh
    ".zshenv",
    ".zprofile",
    ".zshrc",
    ".zlogin",
    ".zlogout",
    // csh, tcsh
    ".cshrc",
    ".tcshrc",
    ".login",
    ".logout",
    ".cshdirs",
    // other shells
    ".kshrc",
    ".mkshrc",
    ".yashrc",
    ".yash_profile",
    ".xonshrc",
    ".config/fish",
    ".config/xonsh",
    ".config/nushell",
    ".config/elvish",
    ".elvish",
    ".config/powershell",
    ".local/share/fish",
    // PAM's modules, systemd's user manager, login.conf(5)
    ".pam_environment",
    ".google_authenticator",
    ".yubico",
    ".config/yubico",
    ".config/environment.d",
    ".config/systemd",
    ".local/share/systemd",
    ".login_conf",
    ".login_conf.db",
};

/// A plain path in the form that the most lenient file systems compare: lower case, without dots and blanks at the end
/// of a component.
std::string folded(std::string_view path) {
  std::string out;
  const auto end_component = [&out] {
    const std::size_t end = out.find_last_not_of(". ");
    if (end != out.npos && out[end] != '/') out.resize(end + 1);
  };
  for (const char c : path) {
    if (c == '/') end_component();
    out += lower(c);
  }
  end_component();
  return out;
}

bool is_at_or_below(std::string_view path, std::string_view folder) noexcept {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

/// Whether `holds` is true for the path of any startup file below `home`.
template <class F>
bool any_below(std::string_view home, F holds) {
  const std::string folder = home == "/" ? "" : folded(home);
  return std::ranges::any_of(kNames, [&](std::string_view name) { return holds((folder + '/').append(name)); });
}

}  // namespace

std::span<const std::string_view> startup_files() noexcept {
  return kNames;
}

bool is_startup_file(std::string_view home, std::string_view path) {
  const std::string wanted = folded(path);
  return any_below(home, [&](const std::string& file) { return is_at_or_below(wanted, file); });
}

bool can_hold_startup_files(std::string_view home, std::string_view path) {
  const std::string wanted = folded(path);
  return any_below(
      home, [&](const std::string& file) { return is_at_or_below(wanted, file) || is_at_or_below(file, wanted); });
}

bool is_startup_file_of_anybody(std::string_view path) {
  for (auto home = path; !home.empty();) {
    home = home.substr(0, home.rfind('/'));
    if (is_startup_file(home.empty() ? "/" : home, path)) return true;
  }
  return false;
}

}  // namespace pysshrp
