#include "ssh/server.h"

#include <string_view>
#include <utility>

#include "ssh/library.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

namespace pysshrp::ssh {
namespace {

int mask_of(std::string_view method) noexcept {
  if (method == "publickey") return SSH_AUTH_METHOD_PUBLICKEY;
  if (method == "keyboard-interactive") return SSH_AUTH_METHOD_INTERACTIVE;
  return SSH_AUTH_METHOD_PASSWORD;
}

bool set_algorithms(ssh_bind bind, const Algorithms& a) noexcept {
  const int rsa_bits = static_cast<int>(a.rsa_min_bits);
  return ssh_bind_options_set(bind, SSH_BIND_OPTIONS_KEY_EXCHANGE, a.kex.c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_C_S, a.ciphers.c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_CIPHERS_S_C, a.ciphers.c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HMAC_C_S, a.macs.c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HMAC_S_C, a.macs.c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, a.host_keys.c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES,
                              a.public_keys_and_signatures().c_str()) == SSH_OK &&
         ssh_bind_options_set(bind, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &rsa_bits) == SSH_OK;
}

/// libssh loses the address of a global request (0.10.6 to 0.12): for the leak checker of the tests. It is a part of
/// what the session's memory is bounded by.
void forget_lost([[maybe_unused]] const char* address) noexcept {
#ifdef __SANITIZE_ADDRESS__
  __lsan_ignore_object(address);
#endif
}

}  // namespace

Status Server::accept(Fd socket, std::vector<PrivateKey> keys, const Algorithms& algorithms) {
  const BindHandle bind{ssh_bind_new()};
  const bool no = false;
  ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
  ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_BANNER, kSoftware);
  if (!set_algorithms(bind.get(), algorithms)) return Error{std::string{"algorithms: "} + ssh_get_error(bind.get())};
  for (PrivateKey& key : keys) {
    if (ssh_bind_options_set(bind.get(), SSH_BIND_OPTIONS_IMPORT_KEY, key.key.get()) != SSH_OK)
      return Error{key.file + ": " + ssh_get_error(bind.get())};
    key.key.release();  // bind owns it now
  }
  ssh_options_set(get(), SSH_OPTIONS_COMPRESSION, kNoCompression);
  send_offer_at_once();
  prepare_socket(socket.get());
  keep_alive(socket.get());
  if (ssh_bind_accept_fd(bind.get(), get(), socket.release()) != SSH_OK)
    return Error{std::string{ssh_get_error(bind.get())}};
  return {};
}

void Server::send_offer_at_once() noexcept {
  callbacks_.userdata = this;
  callbacks_.connect_status_function = [](void* self, float status) noexcept {
    constexpr float kVersionRead = 0.5F;  // the offer is next, and later key exchanges never say that
    if (status <= kVersionRead) ssh_set_fd_towrite(static_cast<Server*>(self)->get());
  };
  ssh_callbacks_init(&callbacks_);
  ssh_set_callbacks(get(), &callbacks_);
}

void Server::answer_global_requests(OnGlobalRequest on_request) noexcept {
  on_global_request_ = std::move(on_request);
  callbacks_.global_request_function = nullptr;
  if (on_global_request_)
    callbacks_.global_request_function = [](ssh_session, ssh_message message, void* self) noexcept {
      static_cast<Server*>(self)->on_global_request(message);
    };
}

/// The message is libssh's, which answers keepalive@openssh.com itself only where nobody is asked.
void Server::on_global_request(ssh_message message) const {
  GlobalAnswer answer{true, 0};
  if (const auto request = read_global_request(message)) {
    forget_lost(ssh_message_global_request_address(message));
    answer = on_global_request_(*request);
  }
  if (answer.accepted)
    ssh_message_global_request_reply_success(message, answer.port);
  else
    ssh_message_reply_default(message);
}

Progress Server::exchange_keys() noexcept {
  const FaultWatch watch{first_fault_};
  const int rc = ssh_handle_key_exchange(get());
  acknowledge_quickly();
  if (packets() > kMaxKeyExchange && rc == SSH_AGAIN) note_breach("too many packets before the keys are exchanged");
  if (breach()) return Progress::failed;
  if (rc == SSH_AGAIN && !dead()) return Progress::again;
  if (rc != SSH_OK || dead()) return Progress::failed;
  join_event();
  return Progress::done;
}

void Server::offer(std::span<const std::string> methods) noexcept {
  int mask = 0;
  for (const auto& method : methods) mask |= mask_of(method);
  ssh_set_auth_methods(get(), mask);
}

void Server::show_banner(const std::string& text) noexcept {
  const std::unique_ptr<ssh_string_struct, Releaser<ssh_string_free>> banner{ssh_string_from_char(text.c_str())};
  if (banner) ssh_send_issue_banner(get(), banner.get());
}

void Server::hang_up() const noexcept {
  if (!dead()) linger(fd());
}

std::string Server::client_software() const {
  return software_of(ssh_get_clientbanner(get()));
}

}  // namespace pysshrp::ssh
