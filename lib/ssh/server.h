#pragma once
#include <libssh/callbacks.h>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "ssh/algorithms.h"
#include "ssh/private_key.h"
#include "ssh/session.h"

namespace pysshrp::ssh {

/// Our software version (RFC 4253, section 4.2), which says nothing of libssh's. Who reads it:
/// - OpenSSH's client speaks its extensions, eow@openssh.com among them, only to one that begins with `OpenSSH`; its
///   work-arounds, and PuTTY's and paramiko's, are for numbers below 7.8.
/// - asyncssh (`OpenSSH` anywhere), npm's ssh2 (at the beginning) and WinSCP send SYMLINK in OpenSSH's order then.
/// - libssh does so only where a number other than 0 follows. It looks for the minor one at a fixed place, so that the
///   major one must have one digit; and paramiko takes 10 for 1.
inline constexpr const char* kSoftware = "OpenSSH_9.9 pysshrp";

/// The session with the client, where we are the server.
class Server : public Session {
 public:
  /// Hands the socket to libssh, which closes it with the session. `keys` must not be empty.
  Status accept(Fd socket, std::vector<PrivateKey> keys, const Algorithms& algorithms);
  /// The version exchange and the first key exchange (RFC 4253, sections 4.2 and 7). To be repeated while it says
  /// `again`.
  Progress exchange_keys() noexcept;
  /// The authentication methods that a refusal names from now on; by their names, at least one.
  void offer(std::span<const std::string> methods) noexcept;
  /// Has the client's user see this text (RFC 4252, section 5.4). Before the login is accepted.
  void show_banner(const std::string& text) noexcept;
  using OnGlobalRequest = std::function<GlobalAnswer(const GlobalRequest&)>;
  /// From now on a global request is answered before the packet behind it is looked at, and before anything else of
  /// this session is done: their answers have no number, only their order (RFC 4254, section 4), and libssh answers
  /// what it does not know at once. It must not touch this session. Empty: they are messages again.
  void answer_global_requests(OnGlobalRequest on_request) noexcept;
  /// Goes without a word, as an upstream may.
  void hang_up() const noexcept;
  /// The identification string of the client, without `SSH-2.0-`.
  std::string client_software() const;

 private:
  /// Left to itself libssh writes its KEXINIT with the next poll, and never if the client's was read along with its
  /// version and has nothing in common with it: the client could not say why the connection closes.
  void send_offer_at_once() noexcept;
  void on_global_request(ssh_message message) const;

  ssh_callbacks_struct callbacks_{};
  OnGlobalRequest on_global_request_;
};

}  // namespace pysshrp::ssh
