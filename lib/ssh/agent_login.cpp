#include "ssh/agent_login.h"

#include <sys/socket.h>

#include <array>
#include <variant>

#include "base/base64.h"
#include "base/bytes.h"

namespace pysshrp::ssh {
namespace {

constexpr char kFailure = 5, kIdentitiesAnswer = 12, kSignRequest = 13, kSignResponse = 14;
constexpr std::size_t kLength = 4;

std::string number(std::size_t n) {
  return ByteWriter{}.u32(n).release();
}

std::string string(std::string_view bytes) {
  return ByteWriter{}.string(bytes).release();
}

/// The key is the only one that the agent seems to have.
std::string identities(const PublicKey& key) {
  return string(kIdentitiesAnswer + number(1) + string(decode_base64(key.base64).value_or("")) + string("client's"));
}

}  // namespace

AuthResult AgentLogin::offer(const PublicKey& key) {
  if (!prepared_) {
    key_ = key;
    if (!prepare(string(std::string{kFailure}))) return AuthError{"no socket for libssh to ask", {}};
  }
  AuthResult result = upstream_.auth_agent(user_);
  if (is_pending(result)) return result;
  prepared_ = false;
  const std::string written = take_written();
  std::string_view rest = written;
  for (auto size = size_of(rest); size && *size > kLength && *size <= rest.size(); size = size_of(rest)) {
    if (rest[kLength] == kSignRequest) request_ = rest.substr(0, *size);
    rest.remove_prefix(*size);
  }
  const bool refused_to_sign = std::holds_alternative<AuthError>(result) && !request_.empty() && !upstream_.dead();
  if (refused_to_sign) return AuthSuccess{};
  return result;
}

AuthResult AgentLogin::finish(std::string_view answer) {
  if (!prepared_ && !prepare(answer)) return AuthError{"no socket for libssh to ask", {}};
  return upstream_.auth_agent(user_);
}

std::optional<std::size_t> AgentLogin::size_of(std::string_view begin) noexcept {
  if (begin.size() < kLength) return {};
  return kLength + ByteReader{begin}.u32();
}

bool AgentLogin::is_signature(std::string_view answer) noexcept {
  return answer.size() > kLength && answer[kLength] == kSignResponse;
}

/// Each try has a socket of its own: behind the answers it ends, so that there is nothing to wait for whatever libssh
/// asks.
bool AgentLogin::prepare(std::string_view to_sign_request) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  agent_ = Fd{ends[0]};
  if (!upstream_.set_agent(Fd{ends[1]})) return false;
  const std::string answers = identities(key_).append(to_sign_request);
  const ssize_t sent = ::send(agent_.get(), answers.data(), answers.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  prepared_ = sent == static_cast<ssize_t>(answers.size()) && ::shutdown(agent_.get(), SHUT_WR) == 0;
  return prepared_;
}

std::string AgentLogin::take_written() {
  std::string written;
  std::array<char, 4096> bytes;
  for (ssize_t n = 0; (n = ::recv(agent_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT)) > 0;)
    written.append(bytes.data(), static_cast<std::size_t>(n));
  return written;
}

}  // namespace pysshrp::ssh
