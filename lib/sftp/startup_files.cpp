// What a client may not ask for whatever its path is, and the files in the root that the account's login reads.
#include "base/startup_files.h"

#include <algorithm>

#include "sftp/filter.h"

namespace pysshrp::sftp {
namespace {

constexpr std::string_view kUsersGroups = "users-groups-by-id@openssh.com", kExpandPath = "expand-path@openssh.com";
constexpr const char* kHoldsHome =
    "upstream_root_path holds the login directory, whose files the account's shell reads before SFTP begins: take a "
    "directory below it, or write 'upstream_sftp = internal' if the upstream starts no shell for SFTP";

bool is_home_of_somebody(const Rule& rule, std::string_view path) {
  return rule.extension == kExpandPath && path.starts_with('~');
}

}  // namespace

/// The names of the upstream's accounts are outside of every root.
bool Filter::offers(const Rule& rule) const {
  return !has_jail() || rule.extension != kUsersGroups;
}

/// Why neither the route nor the client's key allows a request; empty when they do.
std::string_view Filter::refusal(const Request& request) const {
  const Rule& rule = *request.rule;
  if (!policy_.options.permits(rule)) return "not allowed to this key";
  if (const auto why = forbidden(rule, request.flags(), policy_.access); !why.empty()) return why;
  return policy_.options.read_only ? forbidden(rule, request.flags(), SftpAccess::read_only) : std::string_view{};
}

/// Relative paths begin in the start directory. The target of a link is a text.
void Filter::start_paths(Request& request) const {
  if (policy_.start.empty()) return;
  for (auto path = request.paths.begin() + (request.rule->subject == Subject::link); path != request.paths.end();
       ++path)
    if (!path->starts_with('/') && !is_home_of_somebody(*request.rule, *path))
      *path = path->empty() ? policy_.start : policy_.start + '/' + *path;
}

/// Once both the root and the login directory are known. Where nobody says which that is, it is taken for the root.
void Filter::enter_jail() {
  if (jail_.root.empty() || !home_ || stage_ != Stage::root) return;
  const bool is_told = !home_->empty();
  if (!is_told) home_ = jail_.root;
  holds_home_ = can_hold_startup_files(*home_, jail_.root);
  if (is_told && holds_home_ && policy_.upstream == UpstreamSftp::external) return break_off(kHoldsHome);
  writers_jail_ = jail_;
  if (jail_.symlinks == SftpSymlinks::follow) writers_jail_.symlinks = SftpSymlinks::deny;
  stage_ = Stage::ready;
}

bool Filter::is_startup_file(std::string_view path) const {
  return holds_home_ && pysshrp::is_startup_file(*home_, path);
}

/// Whoever writes in the root where the login directory is follows no link that only the upstream knows.
const Jail& Filter::jail_for(const Request& request) const noexcept {
  return holds_home_ && request.writes() ? writers_jail_ : jail_;
}

/// A folder that is moved takes along what is in it, and a link leads to it.
bool Filter::changes_startup_file(const Request& request, const Check& check) const {
  if (!holds_home_ || !request.writes()) return false;
  const bool moves = request.rule->subject == Subject::two_paths || request.rule->subject == Subject::link;
  return std::ranges::any_of(check.reach(), [&](const std::string& path) {
    return moves ? can_hold_startup_files(*home_, path) : is_startup_file(path);
  });
}

}  // namespace pysshrp::sftp
