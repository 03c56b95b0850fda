#include "ssh/client.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "ssh/library.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace pysshrp::ssh {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 5> kMethods{
    {{SSH_AUTH_METHOD_PUBLICKEY, "publickey"},
     {SSH_AUTH_METHOD_PASSWORD, "password"},
     {SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"},
     {SSH_AUTH_METHOD_HOSTBASED, "hostbased"},
     {SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"}}};

/// As libssh takes a host.
std::string bracketed(const HostName& host) {
  return host.view().find(':') == std::string_view::npos ? host.text() : '[' + host.text() + ']';
}

}  // namespace

Client::Client() {
  banners_.emplace(get());
}

Status Client::start(int socket, const HostName& host, std::uint16_t port, const Algorithms& a) {
  const bool no = false;
  const unsigned port_number = port;
  const int rsa_bits = static_cast<int>(a.rsa_min_bits);
  const socket_t fd = socket;
  const std::string name = bracketed(host);
  keep_alive(fd);
  expect_answers(fd);
  const std::array<std::pair<ssh_options_e, const void*>, 17> options{{
      {SSH_OPTIONS_PROCESS_CONFIG, &no},  // neither ~/.ssh/config nor /etc/ssh/ssh_config
      {SSH_OPTIONS_USER, "unused"},       // else libssh asks getpwuid; the name is given with each method
      {SSH_OPTIONS_SSH_DIR, "/nonexistent"},
      {SSH_OPTIONS_HOST, name.c_str()},
      {SSH_OPTIONS_PORT, &port_number},
      {SSH_OPTIONS_KNOWNHOSTS, "/dev/null"},  // libssh gives up at the first line that it cannot read
      {SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null"},
      {SSH_OPTIONS_KEY_EXCHANGE, a.kex.c_str()},
      {SSH_OPTIONS_CIPHERS_C_S, a.ciphers.c_str()},
      {SSH_OPTIONS_CIPHERS_S_C, a.ciphers.c_str()},
      {SSH_OPTIONS_HMAC_C_S, a.macs.c_str()},
      {SSH_OPTIONS_HMAC_S_C, a.macs.c_str()},
      {SSH_OPTIONS_HOSTKEYS, a.host_keys.c_str()},
      {SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, a.public_keys.c_str()},
      {SSH_OPTIONS_RSA_MIN_SIZE, &rsa_bits},
      {SSH_OPTIONS_COMPRESSION, kNoCompression},
      {SSH_OPTIONS_FD, &fd},
  }};
  for (const auto& [option, value] : options)
    if (ssh_options_set(get(), option, value) != SSH_OK)
      return Error{error().empty() ? "libssh refuses the name " + name : error()};
  return {};
}

Progress Client::exchange_keys() noexcept {
  const FaultWatch watch{first_fault_};
  const int rc = ssh_connect(get());
  if (packets() > kMaxKeyExchange && rc == SSH_AGAIN) note_breach("too many packets before the keys are exchanged");
  if (breach()) return Progress::failed;
  prepare_socket(fd());  // libssh made it blocking: a send() to a peer that stopped would hang the loop
  acknowledge_quickly();
  if (rc == SSH_AGAIN && !dead()) return Progress::again;
  if (rc != SSH_OK || dead()) return Progress::failed;
  join_event();
  return Progress::done;
}

Result<PublicKey> Client::server_key() const {
  ssh_key raw = nullptr;
  if (ssh_get_server_publickey(get(), &raw) != SSH_OK) return Error{error()};
  const KeyHandle key{raw};
  return read_public_key(raw);
}

AuthResult Client::result_of(int rc) const {
  const AuthError broken{dead() ? disconnect_reason() : error(), {}};
  switch (rc) {
    case SSH_AUTH_SUCCESS:
      return AuthSuccess{};
    case SSH_AUTH_PARTIAL:
      return AuthPartialSuccess{methods()};
    case SSH_AUTH_INFO:
      return info_request();
    case SSH_AUTH_DENIED:
      return dead() ? AuthResult{broken} : AuthFailure{error()};
    case SSH_AUTH_AGAIN:  // for ever, when the connection broke during the call
      return dead() ? AuthResult{broken} : AuthPending{};
    default:
      return broken;
  }
}

AuthResult Client::auth_none(const UserName& user) {
  const BannerWatch watch{&*banners_};
  return result_of(ssh_userauth_none(get(), user.text().c_str()));
}

AuthResult Client::auth_password(const UserName& user, const Secret& password) {
  const BannerWatch watch{&*banners_};
  return result_of(ssh_userauth_password(get(), user.text().c_str(), password.c_str()));
}

AuthResult Client::auth_interactive(const UserName& user) {
  const BannerWatch watch{&*banners_};
  return result_of(ssh_userauth_kbdint(get(), user.text().c_str(), nullptr));
}

/// libssh loses the list of identities when it asks for it again (0.10.6, ssh_agent_get_ident_count). This is only for
/// the leak checker of the tests: what is lost is little, and the process ends with the session.
AuthResult Client::auth_agent(const UserName& user) {
#ifdef __SANITIZE_ADDRESS__
  const __lsan::ScopedDisabler known;
#endif
  const BannerWatch watch{&*banners_};
  return result_of(ssh_userauth_agent(get(), user.text().c_str()));
}

/// libssh does not close the socket that it had. So it keeps its number.
bool Client::set_agent(Fd connection) noexcept {
  if (!connection) return false;
  if (agent_ >= 0) return ::dup3(connection.get(), agent_, O_CLOEXEC) >= 0;
  agent_ = connection.release();
  return ssh_set_agent_socket(get(), agent_) == SSH_OK;
}

Progress Client::listen(const HostAndPort& at) noexcept {
  return progress_of(ssh_channel_listen_forward(get(), at.host.c_str(), at.port, nullptr));
}

Progress Client::stop_listening(const HostAndPort& at) noexcept {
  return progress_of(ssh_channel_cancel_forward(get(), at.host.c_str(), at.port));
}

InfoRequest Client::info_request() const {
  const auto text = [](const char* s) { return std::string{s ? s : ""}; };
  InfoRequest request{text(ssh_userauth_kbdint_getname(get())), text(ssh_userauth_kbdint_getinstruction(get())), {}};
  const int n = ssh_userauth_kbdint_getnprompts(get());
  for (int i = 0; i < n; ++i) {
    char echo = 0;
    const char* prompt = ssh_userauth_kbdint_getprompt(get(), static_cast<unsigned>(i), &echo);
    request.prompts.push_back({text(prompt), echo != 0});
  }
  return request;
}

void Client::answer(const Answers& answers) noexcept {
  for (std::size_t i = 0; i < answers.size(); ++i)
    ssh_userauth_kbdint_setanswer(get(), static_cast<unsigned>(i), answers[i].c_str());
}

std::string Client::server_software() const {
  return software_of(ssh_get_serverbanner(get()));
}

std::vector<std::string> Client::take_banners() {
  return banners_->take();
}

std::vector<std::string> Client::methods() const {
  std::vector<std::string> names;
  for (const auto& [bit, name] : kMethods)
    if (offers(name)) names.emplace_back(name);
  return names;
}

bool Client::offers(std::string_view method) const noexcept {
  const auto mask = static_cast<unsigned>(ssh_userauth_list(get(), nullptr));
  return std::any_of(kMethods.begin(), kMethods.end(),
                     [&](const auto& known) { return known.second == method && (mask & known.first) != 0; });
}

}  // namespace pysshrp::ssh
