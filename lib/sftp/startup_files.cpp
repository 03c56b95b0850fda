// Requests that are refused whatever their path is, and the protection of the files that the account's login reads.
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

/// In a jail users-groups-by-id is not offered: it would tell the names of the upstream's accounts.
bool Filter::offers(const Rule& rule) const {
  return !has_jail() || rule.extension != kUsersGroups;
}

/// Why the route or the client's key forbids a request; empty if it is allowed.
std::string_view Filter::refusal(const Request& request) const {
  const Rule& rule = *request.rule;
  if (!policy_.options.permits(rule)) return "not allowed to this key";
  if (const auto why = forbidden(rule, request.flags(), policy_.access); !why.empty()) return why;
  return policy_.options.read_only ? forbidden(rule, request.flags(), SftpAccess::read_only) : std::string_view{};
}

/// Makes relative paths start in the start directory. The target of a link is not a path.
void Filter::start_paths(Request& request) const {
  if (policy_.start.empty()) return;
  for (auto path = request.paths.begin() + (request.rule->operands == Operands::link); path != request.paths.end();
       ++path)
    if (!path->starts_with('/') && !is_home_of_somebody(*request.rule, *path))
      *path = path->empty() ? policy_.start : policy_.start + '/' + *path;
}

/// Called when the root or the login directory has been answered; acts once both are known. If the upstream does not
/// tell the login directory, it is assumed to be the root.
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

/// The jail for this request. If the login directory is inside the root, writes follow no links.
const Jail& Filter::jail_for(const Request& request) const noexcept {
  return holds_home_ && request.writes() ? writers_jail_ : jail_;
}

/// Whether a request could change a startup file. Moving or linking a folder also affects what is in it.
bool Filter::changes_startup_file(const Request& request, const Check& check) const {
  if (!holds_home_ || !request.writes()) return false;
  const bool moves = request.rule->operands == Operands::two_paths || request.rule->operands == Operands::link;
  return std::ranges::any_of(check.reach(), [&](const std::string& path) {
    return moves ? can_hold_startup_files(*home_, path) : is_startup_file(path);
  });
}

}  // namespace pysshrp::sftp
