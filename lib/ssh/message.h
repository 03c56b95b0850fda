#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/secret.h"
#include "base/userauth.h"
#include "ssh/handles.h"

namespace pysshrp::ssh {

// What a peer asks, by the message that carries it.
struct ServiceRequest {
  std::string name;
};  ///< RFC 4253, section 10

struct AuthRequest {  ///< RFC 4252, section 5
  std::string user;
  UserAuthRequest method;
};

/// An address of TCP/IP forwarding as RFC 4254 carries it: any text, any port.
struct HostAndPort {
  std::string host;
  int port = 0;
  bool operator==(const HostAndPort&) const = default;
};

// Channels, by what their opening says.
struct OpenSession {};  ///< RFC 4254, section 6.1
struct OpenDirect {     ///< direct-tcpip, section 7.2
  HostAndPort target, originator;
};
struct OpenForwarded {  ///< forwarded-tcpip, section 7.2
  HostAndPort listener, originator;
};
struct OpenX11 {  ///< section 6.3.2
  HostAndPort originator;
};
struct OpenAgent {};  ///< auth-agent@openssh.com, OpenSSH's PROTOCOL.agent
struct OpenOther {};  ///< libssh does not tell its name
using Opening = std::variant<OpenSession, OpenDirect, OpenForwarded, OpenX11, OpenAgent, OpenOther>;

// Global requests, RFC 4254, section 7.1.
struct Listen {
  HostAndPort at;  ///< port 0: one that the server chooses
};
struct StopListening {
  HostAndPort at;
};
using GlobalRequest = std::variant<Listen, StopListening>;
struct GlobalAnswer {
  bool accepted = false;
  std::uint16_t port = 0;  ///< to a Listen at port 0: where the server listens
};

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
struct X11 {  ///< x11-req, section 6.3.1
  bool single_connection = false;
  std::string protocol;
  Secret cookie;
  int screen = 0;
};
struct UnknownRequest {};  ///< libssh does not tell its name
using ChannelRequest = std::variant<Pty, WindowChange, Env, Shell, Exec, Subsystem, X11, UnknownRequest>;

struct OtherMessage {};

using Request =
    std::variant<ServiceRequest, AuthRequest, InfoResponse, Opening, ChannelRequest, GlobalRequest, OtherMessage>;

/// Of all requests that wait for an upstream in one connection: so many short ones, and 8 MiB at most. What a client
/// sends in good faith is far below: a few variables, a terminal and a program for each channel.
inline constexpr std::size_t kMaxWaitingWeight = 512;

/// Null: it is none of these.
std::optional<GlobalRequest> read_global_request(ssh_message message);

class Session;

/// What waits for one answer; further ones do nothing.
class Reply {
 public:
  virtual ~Reply() = default;
  /// What it takes to keep it until it is answered: one, and one for each 16 KiB.
  virtual std::size_t weight() const noexcept = 0;
  virtual void accept() noexcept = 0;
  /// Accepts an Opening: from now on `channel` carries it. False if libssh could not.
  virtual bool accept_as(ssh_channel channel) noexcept = 0;
  virtual void refuse() noexcept = 0;
};

/// A request of the peer. It waits, for as long as its owner likes, for one answer; after that it is empty. It shares
/// the channel that it is about, which libssh keeps only a bare pointer to. It must die before the session.
class Message final : public Reply {
 public:
  /// None, which takes any answer.
  Message() noexcept = default;
  /// `channel`: that of a ChannelRequest. `size`: bytes that it takes at most.
  Message(MessageHandle handle, Session& session, ChannelHandle channel, std::size_t size) noexcept
      : channel_(std::move(channel)), handle_(std::move(handle)), session_(&session), weight_(1 + size / kUnit) {}
  Message(Message&&) noexcept = default;
  /// Frees what was here before it lets go of that one's channel.
  Message& operator=(Message&& other) noexcept;
  explicit operator bool() const noexcept { return handle_ != nullptr; }
  Request read() const;
  std::size_t weight() const noexcept override { return weight_; }
  /// The channel that a ChannelRequest is for.
  ssh_channel channel() const noexcept { return channel_.get(); }
  void accept() noexcept override;
  bool accept_as(ssh_channel channel) noexcept override;
  void answer(const GlobalAnswer& answer) noexcept;
  void refuse() noexcept override;
  /// To a login: right so far, but it takes one of the methods offered now besides (RFC 4252, section 5.1).
  void accept_partially() noexcept;
  /// To a key that is not signed yet: the client may log in with it (SSH_MSG_USERAUTH_PK_OK).
  void accept_key_query() noexcept;
  /// To keyboard-interactive: what is asked next.
  void ask(const InfoRequest& request) noexcept;

 private:
  static constexpr std::size_t kUnit = 16 * 1024;
  /// What is to be answered, once. Nothing when the session has departed: libssh has freed all channels then.
  MessageHandle take() noexcept;

  ChannelHandle channel_;  // freed after the handle
  MessageHandle handle_;
  Session* session_ = nullptr;
  std::size_t weight_ = 1;
};

}  // namespace pysshrp::ssh
