#include "connection/disconnect_reason.h"

#include <string>
#include <string_view>

#include "ssh/texts.h"

namespace pysshrp::connection {

namespace texts = ssh::texts;

namespace {

/// The same as sshd says it: `no matching cipher found. Their offer: c`
std::string not_negotiated(std::string_view error) {
  error.remove_prefix(texts::kNoMatch.size());
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

log::DisconnectReason disconnect_reason_of(const ssh::Session& session) {
  if (const auto& breach = session.breach()) return log::Broken{*breach};
  if (const auto words = session.peer_disconnect()) return log::ClientDisconnected{*words};
  const std::string error = session.error();
  if (error.starts_with(texts::kNoMatch)) return log::NotNegotiated{not_negotiated(error)};
  if (error.empty() || error.starts_with(texts::kSocketError)) return log::ClientClosed{};
  return log::Broken{error};
}

}  // namespace pysshrp::connection
