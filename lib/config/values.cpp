#include "config/values.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "config/reading.h"

namespace pysshrp::config {
namespace {

Result<unsigned> number(std::string_view text, unsigned low, unsigned high) {
  const auto value = digits(text);
  if (value && *value >= low && *value <= high) return *value;
  return not_a(text, "a number (" + std::to_string(low) + '-' + std::to_string(high) + ')');
}

}  // namespace

Result<bool> boolean(std::string_view text) {
  static constexpr Words<bool, 8> kWords{{{"yes", true},
                                          {"no", false},
                                          {"true", true},
                                          {"false", false},
                                          {"on", true},
                                          {"off", false},
                                          {"1", true},
                                          {"0", false}}};
  if (const auto value = look_up(text, kWords)) return *value;
  return not_a(text, "yes or no");
}

Result<std::uint16_t> port(std::string_view text) {
  const auto value = digits(text);
  if (value && *value >= 1 && *value <= std::numeric_limits<std::uint16_t>::max())
    return static_cast<std::uint16_t>(*value);
  return not_a(text, "a port (1-65535)");
}

Result<Level> level(std::string_view text) {
  if (const auto value = look_up(text, WordsOf<Level>::kWords)) return *value;
  return not_a(text, "a level (critical, error, warning, notice, info, debug)");
}

Result<UpstreamOrder> upstream_order(std::string_view text) {
  return choose<UpstreamOrder>(text);
}

Result<ProxyProtocol> proxy_protocol(std::string_view text) {
  return choose<ProxyProtocol>(text);
}

Result<HostKeyCheck> host_key_check(std::string_view text) {
  return choose<HostKeyCheck>(text);
}

Result<Forwarding> forwarding(std::string_view text) {
  return choose<Forwarding>(text);
}

Result<SftpAccess> sftp_access(std::string_view text) {
  return choose<SftpAccess>(text);
}

Result<SftpSymlinks> sftp_symlinks(std::string_view text) {
  return choose<SftpSymlinks>(text);
}

Result<UpstreamSftp> upstream_sftp(std::string_view text) {
  return choose<UpstreamSftp>(text);
}

Result<unsigned> auth_tries(std::string_view text) {
  return number(text, 1, 100);
}

Result<unsigned> channels(std::string_view text) {
  return number(text, 1, 10'000);
}

Result<std::optional<unsigned>> startups(std::string_view text) {
  if (text == "off") return std::optional<unsigned>{};
  const auto value = digits(text);
  if (value && *value >= 1 && *value <= 4000) return value;
  return not_a(text, "off or a number (1-4000)");
}

Result<NetBlockSize> net_block_size(std::string_view text) {
  const auto colon = text.find(':');
  const auto v4 = digits(text.substr(0, colon));
  const auto v6 = colon == text.npos ? NetBlockSize{}.v6 : digits(text.substr(colon + 1));
  if (v4 && v6 && *v4 <= 32 && *v6 <= 128) return NetBlockSize{*v4, *v6};
  return not_a(text, "bits of an IPv4 address (0-32), perhaps with ':' and those of an IPv6 address (0-128)");
}

Result<std::vector<std::string>> list(std::string_view text) {
  std::vector<std::string> items;
  for (auto left = text;;) {
    const auto comma = left.find(',');
    const auto item = trim(left.substr(0, comma));
    if (item.empty()) return not_a(text, "a comma-separated list without empty items");
    items.emplace_back(item);
    if (comma == left.npos) return items;
    left.remove_prefix(comma + 1);
  }
}

Result<std::string> name_list(std::string_view text) {
  const bool adds = text.starts_with('+');
  std::string joined;
  for (const auto& name : PYSSHRP_TRY(list(text.substr(adds ? 1 : 0)))) {
    const bool is_name = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!is_name || std::string_view{"+-^"}.find(name.front()) != std::string_view::npos)
      return not_a(name,
                   "the name of an algorithm (a '+' before the first name adds all of them to the default; there is no "
                   "'-' and no '^')");
    joined += (joined.empty() ? "" : ",") + name;
  }
  return (adds ? "+" : "") + joined;
}

Result<unsigned> rsa_bits(std::string_view text) {
  return number(text, 1024, 16384);
}

}  // namespace pysshrp::config
