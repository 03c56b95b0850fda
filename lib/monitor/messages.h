#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "auth/key_options.h"
#include "auth/monitor.h"
#include "auth/user_auth_client.h"
#include "base/public_key.h"
#include "base/secret.h"
#include "route/route.h"
#include "upstream/dial.h"

/// What the front, which speaks SSH with the client, and the monitor, which has everything worth stealing, say to each
/// other until the login is over. The front is not trusted: it is the process that a stranger's packets may have taken
/// over. Each request but Done has one answer; that to a DialRequest may come behind others, and not at all when
/// another one has taken its place. A key is sent as its blob.
namespace pysshrp::monitor {

// --- From the front.

/// The first, and only once: everything that follows is about this user.
struct UserRequest {
  std::string user;
};
/// Is this the password that the client must know?
struct PasswordRequest {
  Secret typed;
};
/// Does the user's authorized_keys grant anything with a key that is only shown?
struct KeyQuery {
  PublicKey key;
};
/// What does it grant with a key whose signature the front has verified?
struct KeyRequest {
  PublicKey key;
};
/// A connection to a host of the route. Another one takes its place.
struct DialRequest {
  std::uint32_t number;  ///< comes back in the answer
  std::uint32_t host;    ///< its place in the route
};
/// Is this host key, which the front has verified, good for the host that was dialled last?
struct HostKeyRequest {
  PublicKey key;
};
/// Makes upstream_key ready to sign.
struct LoadKeyRequest {};
/// The login is over.
struct Done {};
using Request =
    std::variant<UserRequest, PasswordRequest, KeyQuery, KeyRequest, DialRequest, HostKeyRequest, LoadKeyRequest, Done>;

// --- From the monitor.

struct UserAnswer {
  std::vector<std::string> methods;
  bool accepts_unsigned_keys = false;
  bool upstream_decides = false;
  auth::KeyPolicy key_policy = auth::KeyPolicy::none;
  std::uint64_t same_for_all_until = 0;  ///< steady clock, in nanoseconds: see UserMethods
  std::string server;                    ///< the section, if there is one
  bool has_route = false;
  std::vector<route::RouteText> route;
  std::string refused;      ///< why there is no route
  bool is_unknown = false;  ///< no server has this user
  std::vector<std::string> faults;
};
struct PasswordAnswer {
  auth::PasswordCheck check = auth::PasswordCheck::wrong;
  std::optional<Secret> upstream_password;  ///< once it is right
};
struct KeyQueryAnswer {
  bool granted = false;
  std::vector<std::string> notes;  ///< why not, for the log
};
struct KeyAnswer {
  std::optional<auth::KeyRights> rights;
  std::vector<std::string> notes;
  std::optional<Secret> upstream_password;  ///< where there are rights
};
/// With the socket, if there is one.
struct DialAnswer {
  std::uint32_t number = 0;
  std::string address;
  std::vector<upstream::Dial::Failure> failures;
  std::string error;
  std::vector<std::string> known_key_types;
};
struct HostKeyAnswer {
  std::string error;  ///< empty: it is good
  auth::VerifiedHost host;
};
struct LoadKeyAnswer {
  std::string error;  ///< empty: it is ready
};
using Answer =
    std::variant<UserAnswer, PasswordAnswer, KeyQueryAnswer, KeyAnswer, DialAnswer, HostKeyAnswer, LoadKeyAnswer>;

// --- What each is made of, in the order of the wire.

constexpr auto fields(const UserRequest*) {
  return std::tuple{&UserRequest::user};
}
constexpr auto fields(const PasswordRequest*) {
  return std::tuple{&PasswordRequest::typed};
}
constexpr auto fields(const KeyQuery*) {
  return std::tuple{&KeyQuery::key};
}
constexpr auto fields(const KeyRequest*) {
  return std::tuple{&KeyRequest::key};
}
constexpr auto fields(const DialRequest*) {
  return std::tuple{&DialRequest::number, &DialRequest::host};
}
constexpr auto fields(const HostKeyRequest*) {
  return std::tuple{&HostKeyRequest::key};
}
constexpr auto fields(const LoadKeyRequest*) {
  return std::tuple{};
}
constexpr auto fields(const Done*) {
  return std::tuple{};
}
constexpr auto fields(const UserAnswer*) {
  return std::tuple{&UserAnswer::methods,
                    &UserAnswer::accepts_unsigned_keys,
                    &UserAnswer::upstream_decides,
                    &UserAnswer::key_policy,
                    &UserAnswer::same_for_all_until,
                    &UserAnswer::server,
                    &UserAnswer::has_route,
                    &UserAnswer::route,
                    &UserAnswer::refused,
                    &UserAnswer::is_unknown,
                    &UserAnswer::faults};
}
constexpr auto fields(const PasswordAnswer*) {
  return std::tuple{&PasswordAnswer::check, &PasswordAnswer::upstream_password};
}
constexpr auto fields(const KeyQueryAnswer*) {
  return std::tuple{&KeyQueryAnswer::granted, &KeyQueryAnswer::notes};
}
constexpr auto fields(const KeyAnswer*) {
  return std::tuple{&KeyAnswer::rights, &KeyAnswer::notes, &KeyAnswer::upstream_password};
}
constexpr auto fields(const DialAnswer*) {
  return std::tuple{&DialAnswer::number, &DialAnswer::address, &DialAnswer::failures, &DialAnswer::error,
                    &DialAnswer::known_key_types};
}
constexpr auto fields(const HostKeyAnswer*) {
  return std::tuple{&HostKeyAnswer::error, &HostKeyAnswer::host};
}
constexpr auto fields(const LoadKeyAnswer*) {
  return std::tuple{&LoadKeyAnswer::error};
}

// Of other folders.
constexpr auto fields(const route::RouteText*) {
  return std::tuple{&route::RouteText::key, &route::RouteText::text};
}
constexpr auto fields(const upstream::Dial::Failure*) {
  return std::tuple{&upstream::Dial::Failure::address, &upstream::Dial::Failure::why};
}
constexpr auto fields(const auth::VerifiedHost*) {
  return std::tuple{&auth::VerifiedHost::recorded, &auth::VerifiedHost::unchecked, &auth::VerifiedHost::passed_over};
}
constexpr auto fields(const sftp::ServerOptions*) {
  return std::tuple{&sftp::ServerOptions::read_only, &sftp::ServerOptions::allowed, &sftp::ServerOptions::denied,
                    &sftp::ServerOptions::directory};
}
constexpr auto fields(const auth::KeyRights*) {
  return std::tuple{&auth::KeyRights::command,
                    &auth::KeyRights::sftp,
                    &auth::KeyRights::pty,
                    &auth::KeyRights::port_forwarding,
                    &auth::KeyRights::agent_forwarding,
                    &auth::KeyRights::x11_forwarding,
                    &auth::KeyRights::user_rc};
}

}  // namespace pysshrp::monitor
