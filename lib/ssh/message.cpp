#include "ssh/message.h"

#include <string.h>

#include <utility>
#include <vector>

#include "ssh/public_key.h"
#include "ssh/session.h"
#include "ssh/wipe_copies.h"

// The accessors of queue mode are deprecated in favour of callbacks, which must answer on return and so cannot wait for
// an upstream.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace pysshrp::ssh {
namespace {

std::string text_of(const char* s) {
  return s ? s : "";
}

AuthRequest read_auth(ssh_message m) {
  AuthRequest request{text_of(ssh_message_auth_user(m)), UnknownMethodRequest{}};
  switch (ssh_message_subtype(m)) {
    case SSH_AUTH_METHOD_NONE:
      request.method = NoneRequest{};
      break;
    case SSH_AUTH_METHOD_PASSWORD: {
      const char* password = ssh_message_auth_password(m);
      Secret secret{password ? password : ""};
      wipe_password_copies(secret);
      request.method = PasswordRequest{std::move(secret)};
      break;
    }
    case SSH_AUTH_METHOD_PUBLICKEY:
      if (auto key = read_public_key(ssh_message_auth_pubkey(m)))
        request.method =
            PublicKeyRequest{*std::move(key), ssh_message_auth_publickey_state(m) == SSH_PUBLICKEY_STATE_VALID};
      break;
    case SSH_AUTH_METHOD_INTERACTIVE:
      request.method = KeyboardInteractiveRequest{};
      break;
    default:
      break;
  }
  return request;
}

InfoResponse read_answers(ssh_session session) {
  InfoResponse response;
  const int n = ssh_userauth_kbdint_getnanswers(session);
  for (int i = 0; i < n; ++i) {
    const char* answer = ssh_userauth_kbdint_getanswer(session, static_cast<unsigned>(i));
    response.answers.emplace_back(answer ? answer : "");
    if (answer) ::explicit_bzero(const_cast<char*>(answer), ::strlen(answer));  // libssh keeps them to the end
  }
  wipe_answer_copies(response.answers);
  return response;
}

X11 read_x11(ssh_message m) {
  const char* cookie = ssh_message_channel_request_x11_auth_cookie(m);
  return {ssh_message_channel_request_x11_single_connection(m) != 0,
          text_of(ssh_message_channel_request_x11_auth_protocol(m)), Secret{text_of(cookie)},
          ssh_message_channel_request_x11_screen_number(m)};
}

ChannelRequest read_channel_request(ssh_message m) {
  switch (ssh_message_subtype(m)) {
    case SSH_CHANNEL_REQUEST_PTY:
      return Pty{text_of(ssh_message_channel_request_pty_term(m)), ssh_message_channel_request_pty_width(m),
                 ssh_message_channel_request_pty_height(m)};
    case SSH_CHANNEL_REQUEST_WINDOW_CHANGE:
      return WindowChange{ssh_message_channel_request_pty_width(m), ssh_message_channel_request_pty_height(m)};
    case SSH_CHANNEL_REQUEST_ENV:
      return Env{text_of(ssh_message_channel_request_env_name(m)), text_of(ssh_message_channel_request_env_value(m))};
    case SSH_CHANNEL_REQUEST_SHELL:
      return Shell{};
    case SSH_CHANNEL_REQUEST_EXEC:
      return Exec{text_of(ssh_message_channel_request_command(m))};
    case SSH_CHANNEL_REQUEST_SUBSYSTEM:
      return Subsystem{text_of(ssh_message_channel_request_subsystem(m))};
    case SSH_CHANNEL_REQUEST_X11:
      return read_x11(m);
    default:
      return UnknownRequest{};
  }
}

Opening read_opening(ssh_message m) {
  const HostAndPort destination{text_of(ssh_message_channel_request_open_destination(m)),
                                ssh_message_channel_request_open_destination_port(m)};
  const HostAndPort originator{text_of(ssh_message_channel_request_open_originator(m)),
                               ssh_message_channel_request_open_originator_port(m)};
  switch (ssh_message_subtype(m)) {
    case SSH_CHANNEL_SESSION:
      return OpenSession{};
    case SSH_CHANNEL_DIRECT_TCPIP:
      return OpenDirect{destination, originator};
    case SSH_CHANNEL_FORWARDED_TCPIP:
      return OpenForwarded{destination, originator};
    case SSH_CHANNEL_X11:
      return OpenX11{originator};
    case SSH_CHANNEL_AUTH_AGENT:
      return OpenAgent{};
    default:
      return OpenOther{};
  }
}

}  // namespace

std::optional<GlobalRequest> read_global_request(ssh_message m) {
  const HostAndPort at{text_of(ssh_message_global_request_address(m)), ssh_message_global_request_port(m)};
  switch (ssh_message_subtype(m)) {
    case SSH_GLOBAL_REQUEST_TCPIP_FORWARD:
      return Listen{at};
    case SSH_GLOBAL_REQUEST_CANCEL_TCPIP_FORWARD:
      return StopListening{at};
    default:
      return {};
  }
}

Request Message::read() const {
  ssh_message m = handle_.get();
  switch (ssh_message_type(m)) {
    case SSH_REQUEST_SERVICE:
      return ServiceRequest{text_of(ssh_message_service_service(m))};
    case SSH_REQUEST_AUTH:
      if (ssh_message_auth_kbdint_is_response(m)) return read_answers(session_->get());
      return read_auth(m);
    case SSH_REQUEST_CHANNEL_OPEN:
      return read_opening(m);
    case SSH_REQUEST_CHANNEL:
      return read_channel_request(m);
    case SSH_REQUEST_GLOBAL:
      if (auto request = read_global_request(m)) return *std::move(request);
      return OtherMessage{};
    default:
      return OtherMessage{};
  }
}

Message& Message::operator=(Message&& other) noexcept {
  handle_ = std::move(other.handle_);
  channel_ = std::move(other.channel_);
  session_ = other.session_;
  weight_ = other.weight_;
  return *this;
}

MessageHandle Message::take() noexcept {
  MessageHandle taken = std::exchange(handle_, nullptr);
  if (taken && session_->departed()) taken.reset();
  return taken;
}

void Message::accept() noexcept {
  const MessageHandle m = take();
  if (!m) return;
  switch (ssh_message_type(m.get())) {
    case SSH_REQUEST_SERVICE:
      ssh_message_service_reply_success(m.get());
      break;
    case SSH_REQUEST_AUTH:
      ssh_message_auth_reply_success(m.get(), 0);
      break;
    case SSH_REQUEST_CHANNEL:
      ssh_message_channel_request_reply_success(m.get());
      break;
    case SSH_REQUEST_GLOBAL:
      ssh_message_global_request_reply_success(m.get(), 0);
      break;
    default:
      ssh_message_reply_default(m.get());
      break;
  }
}

void Message::answer(const GlobalAnswer& answer) noexcept {
  if (!answer.accepted) return refuse();
  if (const MessageHandle m = take()) ssh_message_global_request_reply_success(m.get(), answer.port);
}

bool Message::accept_as(ssh_channel channel) noexcept {
  if (!handle_ || session_->departed()) return false;
  const bool accepted = ssh_message_channel_request_open_reply_accept_channel(handle_.get(), channel) == SSH_OK;
  if (accepted) handle_.reset();
  return accepted;
}

void Message::accept_partially() noexcept {
  if (const MessageHandle m = take()) ssh_message_auth_reply_success(m.get(), 1);
}

void Message::accept_key_query() noexcept {
  if (const MessageHandle m = take()) ssh_message_auth_reply_pk_ok_simple(m.get());
}

void Message::ask(const InfoRequest& request) noexcept {
  const MessageHandle m = take();
  std::vector<const char*> texts;
  std::vector<char> echo;
  for (const auto& prompt : request.prompts) {
    texts.push_back(prompt.text.c_str());
    echo.push_back(prompt.echo ? 1 : 0);
  }
  if (m)
    ssh_message_auth_interactive_request(m.get(), request.name.c_str(), request.instruction.c_str(),
                                         static_cast<unsigned>(texts.size()), texts.data(), echo.data());
}

void Message::refuse() noexcept {
  if (const MessageHandle m = take()) ssh_message_reply_default(m.get());
}

}  // namespace pysshrp::ssh
