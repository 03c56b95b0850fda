#include "monitor/authenticator.h"

#include <sys/random.h>

#include <chrono>
#include <cstdint>
#include <utility>
#include <variant>

#include "auth/auth_policy.h"
#include "auth/password_check.h"
#include "base/deadline.h"
#include "config/keys.h"
#include "route/order.h"

namespace pysshrp::monitor {
namespace {

constexpr std::size_t kMaxFaults = 16 * 1024;  // bytes; the others wait until these are mended

/// What upstream_order = random goes by.
std::uint64_t chance(const route::Route& route) noexcept {
  std::uint64_t bits = 0;
  if (route.upstream_order == route::UpstreamOrder::random) (void)!::getrandom(&bits, sizeof bits, 0);
  return bits;
}

std::vector<std::string> texts_of(const std::vector<config::Fault>& faults) {
  std::vector<std::string> texts;
  std::size_t size = 0;
  for (const config::Fault& fault : faults) {
    size += fault.text().size();
    if (size > kMaxFaults) break;
    texts.push_back(fault.text());
  }
  return texts;
}

/// As upstream_host is written.
std::string text_of(const std::vector<Host>& hosts) {
  std::string text;
  for (const Host& host : hosts) text += (text.empty() ? "" : ", ") + host.text();
  return text;
}

}  // namespace

Authenticator::Authenticator(const config::Config& config, const ssh::Algorithms& algorithms, const peer::Peer& peer)
    : config_(config),
      peer_(peer),
      keys_(algorithms, peer, [this](std::string what) { notes_.push_back(std::move(what)); }),
      files_(config, keys_),
      methods_(auth::methods_of(config)) {}

UserAnswer Authenticator::answer(const UserRequest& request) {
  const UserName user{request.user};
  auto matches = route::match_all(config_, user);
  UserAnswer answer;
  answer.same_for_all_until = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count());
  auto found = route::find(config_, user, peer_.address, std::move(matches));
  if (auto* route = std::get_if<route::Route>(&found)) {
    route_ = std::make_unique<route::Route>(std::move(*route));
    route_->upstream_host = route::in_order(*route_, user, peer_.address, chance(*route_));
    methods_ = methods_ | auth::methods_of(*route_);  // what only a file of routes_dir says
    user_keys_ = {user, route_->authorized_keys, route_->trusted_user_ca_keys, route_->revoked_keys,
                  route_->authorized_principals};
    describe(*route_, answer);
  } else if (const auto* refusal = std::get_if<route::Refusal>(&found)) {
    answer.server = refusal->server;
    answer.refused = refusal->what;
    answer.is_unknown = refusal->why == route::Refusal::Why::unknown;
    answer.faults = texts_of(refusal->faults);
  }
  answer.methods = auth::names_of(methods_);
  answer.accepts_unsigned_keys = methods_.accept_unsigned_keys;
  return answer;
}

void Authenticator::describe(const route::Route& route, UserAnswer& answer) const {
  answer.has_route = true;
  answer.server = route.server;
  answer.upstream_decides = auth::upstream_decides(route);
  answer.key_policy = auth::key_policy(route);
  answer.route = route.texts;
  for (route::RouteText& text : answer.route)
    if (config::keys()[text.key].name == "upstream_host") text.text = text_of(route.upstream_host);
}

PasswordAnswer Authenticator::answer(const PasswordRequest& request) {
  PasswordAnswer answer{auth::check_password(route_.get(), request.typed.reveal()), {}};
  if (answer.check != auth::PasswordCheck::right) return answer;
  is_proven_ = true;
  rights_ = {};
  answer.upstream_password = stored_password();
  return answer;
}

KeyQueryAnswer Authenticator::answer(const KeyQuery& query) {
  const bool granted = files_.grants_shown(query.key, user_keys_);
  return {granted, std::exchange(notes_, {})};
}

KeyAnswer Authenticator::answer(const KeyRequest& request) {
  KeyAnswer answer;
  if (keys_.is_verifiable(request.key)) answer.rights = files_.look_up(request.key, user_keys_);
  answer.notes = std::exchange(notes_, {});
  if (!answer.rights) return answer;
  is_proven_ = true;
  rights_ = *answer.rights;
  answer.upstream_password = stored_password();
  return answer;
}

bool Authenticator::may_sign() const noexcept {
  return route_ && (is_proven_ || auth::key_policy(*route_) == auth::KeyPolicy::upstream_file);
}

std::optional<Secret> Authenticator::stored_password() const {
  if (!route_ || !route_->upstream_password) return {};
  return route_->upstream_password->copy();
}

}  // namespace pysshrp::monitor
