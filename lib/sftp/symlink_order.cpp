#include "sftp/symlink_order.h"

#include <algorithm>
#include <span>

namespace pysshrp::sftp {
namespace {

constexpr std::string_view kLinkFirstClients[] = {"Twisted", "Erlang/", "SSHJ_"};
// AsyncSSH and ssh2js have OpenSSH's order for clients that call themselves OpenSSH.
constexpr std::string_view kLinkFirstUpstreams[] = {"AsyncSSH_", "ssh2js", "Twisted", "Erlang/", "lshd-"};

bool is_among(std::span<const std::string_view> names, std::string_view software) {
  return std::ranges::any_of(names, [&](std::string_view name) { return software.starts_with(name); });
}

}  // namespace

bool sends_link_first(std::string_view client) {
  return is_among(kLinkFirstClients, client);
}

SymlinkOrder likely_order_of_upstream(std::string_view software) {
  return is_among(kLinkFirstUpstreams, software) ? SymlinkOrder::link_first : SymlinkOrder::target_first;
}

void SymlinkOrderProbe::on_answer(std::size_t number, Code code) {
  codes_[number] = code;
  if (codes_[0] && codes_[1]) state_ = State::over;
}

std::optional<SymlinkOrder> SymlinkOrderProbe::order() const {
  if (state_ != State::over) return {};
  const auto is_missing = [](Code code) { return code == Code::no_such_file; };
  if (is_missing(*codes_[0]) == is_missing(*codes_[1]) || *codes_[0] == Code::ok || *codes_[1] == Code::ok) return {};
  return is_missing(*codes_[0]) ? SymlinkOrder::target_first : SymlinkOrder::link_first;
}

}  // namespace pysshrp::sftp
