#include "connection/sftp.h"

#include <string>

#include "base/result.h"
#include "sftp/wire.h"

namespace pysshrp::connection {
namespace {

std::string path(const std::vector<std::string>& paths, std::size_t n) {
  return n < paths.size() ? paths[n] : std::string{};
}

}  // namespace

std::optional<sftp::Policy> sftp_policy(const route::Route& route, const sftp::ServerOptions& key,
                                        const Software& software) {
  const bool sends_link_first = sftp::sends_link_first(software.client);
  const auto likely_order = sftp::likely_order_of_upstream(software.upstream);
  const bool is_in_order = sends_link_first || likely_order == sftp::SymlinkOrder::target_first;
  if (route.upstream_root_path.empty() && route.sftp_access == SftpAccess::read_write && !route.sftp_log &&
      !key.any() && is_in_order)
    return {};
  return sftp::Policy{route.upstream_root_path,
                      route.sftp_symlinks,
                      route.sftp_access,
                      route.sftp_log,
                      route.upstream_sftp,
                      key,
                      key.start_directory(route.upstream_user.view()),
                      sends_link_first,
                      likely_order};
}

log::Event event_of(const sftp::Event& event) {
  return std::visit(
      Cases{
          [](const sftp::FileClosed& e) -> log::Event {
            return log::FileClosed{e.path, e.bytes_read, e.bytes_written, e.duration, e.forced};
          },
          [](const sftp::Operation& e) -> log::Event {
            return log::FileOperation{std::string{e.name}, path(e.paths, 0), path(e.paths, 1),
                                      std::string{sftp::words(static_cast<sftp::Code>(e.status))}};
          },
          [](const sftp::DeniedRequest& e) -> log::Event {
            return log::FileDenied{std::string{e.name}, path(e.paths, 0), path(e.paths, 1), std::string{e.why}};
          },
      },
      event);
}

}  // namespace pysshrp::connection
