#include "connection/ending.h"

#include <string>
#include <string_view>

namespace pysshrp::connection {
namespace {

// How libssh words that the sides have no algorithm in common:
// `kex error : no match for method encryption client->server: server [a,b], client [c]`
constexpr std::string_view kNoMatch = "kex error : no match for method ";

/// The same as sshd says it: `no matching cipher found. Their offer: c`
std::string not_negotiated(std::string_view error) {
  error.remove_prefix(kNoMatch.size());
  const std::string_view method = error.substr(0, error.find(':'));
  const std::string_view name = method.starts_with("kex")           ? "key exchange method"
                                : method.starts_with("server host") ? "host key type"
                                : method.starts_with("encryption")  ? "cipher"
                                : method.starts_with("mac")         ? "MAC"
                                                                    : method;
  const auto offer = error.rfind('[');
  const auto end = error.rfind(']');
  const std::string_view theirs = offer < end && end != error.npos ? error.substr(offer + 1, end - offer - 1) : "";
  return "no matching " + std::string{name} + " found. Their offer: " + std::string{theirs};
}

}  // namespace

log::Ending ending_of(const ssh::Session& session) {
  if (const auto& breach = session.breach()) return log::Broken{*breach};
  if (const auto words = session.last_words()) return log::ClientDisconnected{*words};
  const std::string error = session.error();
  if (error.starts_with(kNoMatch)) return log::NotNegotiated{not_negotiated(error)};
  if (error.empty() || error.starts_with("Socket error: ")) return log::ClientClosed{};
  return log::Broken{error};
}

}  // namespace pysshrp::connection
