#include "route/order.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace pysshrp::route {
namespace {

/// FNV-1a, and then the finalizer of MurmurHash3: without it names that differ in their last letter score alike. Never
/// to be changed: it says who has his files where.
std::uint64_t hash(std::string_view text) noexcept {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
  h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
  return h ^ h >> 33;
}

std::vector<Host> by_score(const Route& route, const std::string& key) {
  std::vector<std::pair<std::uint64_t, const Host*>> scores;
  for (const Host& host : route.upstream_host) {
    const auto where = with_port(host.name, host.port.value_or(route.upstream_port));
    scores.emplace_back(hash(key + '\0' + where), &host);
  }
  std::stable_sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Host> hosts;
  for (const auto& [score, host] : scores) hosts.push_back(*host);
  return hosts;
}

}  // namespace

std::vector<Host> in_order(const Route& route, const UserName& user, const std::optional<Address>& source,
                           std::uint64_t chance) {
  switch (route.upstream_order) {
    case UpstreamOrder::ordered:
      break;
    case UpstreamOrder::random:
      return by_score(route, std::to_string(chance));
    case UpstreamOrder::hash_user:
      return by_score(route, user.text());
    case UpstreamOrder::hash_source:
      return by_score(route, source ? source->text() : "");
  }
  return route.upstream_host;
}

}  // namespace pysshrp::route
