#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/secret.h"
#include "ssh/handles.h"

namespace pysshrp::ssh {

// What a peer asks, by the message that carries it.
struct ServiceRequest {
  std::string name;
};  ///< RFC 4253, section 10

struct NoMethod {};  ///< `none`, RFC 4252, section 5.2
struct PasswordMethod {
  Secret password;
};
struct OtherMethod {};
struct AuthRequest {  ///< RFC 4252, section 5
  std::string user;
  std::variant<NoMethod, PasswordMethod, OtherMethod> method;
};

struct OpenSession {};  ///< RFC 4254, section 6.1
struct OpenOther {};

// Channel requests, RFC 4254, section 6.
struct Pty {
  std::string term;
  int columns = 0, rows = 0;
};
struct WindowChange {
  int columns = 0, rows = 0;
};
struct Env {
  std::string name, value;
};
struct Shell {};
struct Exec {
  std::string command;
};
struct Subsystem {
  std::string name;
};
struct UnknownRequest {};  ///< libssh does not tell its name
using ChannelRequest = std::variant<Pty, WindowChange, Env, Shell, Exec, Subsystem, UnknownRequest>;

struct OtherMessage {};

using Asked = std::variant<ServiceRequest, AuthRequest, OpenSession, OpenOther, ChannelRequest, OtherMessage>;

/// A request of the peer. It waits, for as long as its owner likes, for one answer; after that it is empty. It must die
/// before the channel that it belongs to, and before the session.
class Message {
 public:
  explicit Message(MessageHandle handle) noexcept : handle_(std::move(handle)) {}
  Asked read() const;
  /// The channel that a ChannelRequest is for.
  ssh_channel channel() const noexcept;
  void accept() noexcept;
  /// Accepts an OpenSession: from now on `channel` carries it. False if libssh could not.
  bool accept_as(ssh_channel channel) noexcept;
  void refuse() noexcept;

 private:
  MessageHandle handle_;
};

}  // namespace pysshrp::ssh
