#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/level.h"

namespace pysshrp::log {

/// What an OpenSSH certificate says of itself (PROTOCOL.certkeys).
struct CertificateName {
  std::string id;
  std::uint64_t serial = 0;
  std::string authority;  ///< `ED25519 SHA256:...`
  bool operator==(const CertificateName&) const = default;
};

/// What is known of the connection so far; every record carries it. Texts are unescaped; describe() escapes them.
struct Context {
  std::string peer = "unknown";  ///< address, `unix` for a Unix socket
  std::uint16_t port = 0;
  std::string user;              ///< what the client logs in as
  bool invalid_user = false;     ///< no route has that user
  std::string server;            ///< [server NAME]
  std::string upstream;          ///< host:port
  std::string upstream_address;  ///< of that host, the one that was tried last
  std::string upstream_user;
  std::string method;                          ///< `password`
  std::string key;                             ///< with the method publickey: `ED25519 SHA256:...`
  std::optional<CertificateName> certificate;  ///< of that key, if it has one
  bool unverified = false;                     ///< the host key was not checked (upstream_host_key_check = insecure)

  bool operator==(const Context&) const = default;
};

// How a connection ended before login. sshd has a line for each.
struct ClientClosed {};  ///< without SSH_MSG_DISCONNECT
struct ClientDisconnected {
  std::string text;
};                        ///< SSH_MSG_DISCONNECT: code and words, `11: disconnected by user`
struct GraceTimeOver {};  ///< login_grace_time
struct TooManyTries {};   ///< max_auth_tries
struct PastMaxStartups {
  std::size_t startups = 0;  ///< connections that were not logged in when it came
  std::string on;            ///< our end, `[192.0.2.1]:2222`
  std::string bound;         ///< `MaxStartups`, `PerSourceMaxStartups`
};                           ///< max_startups or per_source_max_startups
struct NotNegotiated {
  std::string what;
};  ///< `no matching cipher found. Their offer: 3des-cbc`
struct Broken {
  std::string what;
};  ///< anything else, such as `message authentication code incorrect`
using DisconnectReason =
    std::variant<ClientClosed, ClientDisconnected, GraceTimeOver, TooManyTries, PastMaxStartups, NotNegotiated, Broken>;

// Events. Where sshd has a log line for it, the text is that line.
struct ConfigFaulty {
  std::string fault;
};  ///< error; one for each fault
struct HandshakeFailed {
  DisconnectReason how;
};  ///< info: the connection ended before or in the key exchange (scanners, no common algorithm)
struct UserRefused {
  std::string reason;
};                      ///< info: no route (Context::invalid_user), or not allowed from this address
struct LoginFailed {};  ///< notice: one attempt with Context::method failed
struct LoginEnded {
  DisconnectReason how;
};                        ///< notice: the connection ended without a login
struct LoginAccepted {};  ///< info: logged in, on both sides
struct LoginPartial {};   ///< info: Context::method was right, and another one is needed
struct KeyNoted {
  std::string what;
};  ///< info: why a client's key, or a line of authorized_keys that has it, is not used
struct UpstreamFailed {
  std::string reason;
};  ///< error: not reached, host key or stored credential refused
struct UpstreamPassedOver {
  std::string what;
};  ///< warning: another host took its place; `host:port: why`
struct HostKeyRecorded {
  std::string fingerprint, file;
};  ///< notice: accept-new wrote it down
struct Denied {
  std::string what;
};  ///< notice: `shell`, `exec`, `subsystem sftp` not allowed here

struct NotOpened {
  std::string what, why;
};  ///< info: the other side refused a channel or a forward (`direct-tcpip db.lan:5432`); its reason

// SFTP events. Paths are as the client sees them. A rename and a link have a second path, the new name.
struct FileClosed {  ///< info: an open file was closed, with sftp_log
  std::string path;
  std::uint64_t bytes_read = 0, bytes_written = 0;
  std::chrono::milliseconds duration{};  ///< from its opening
  bool still_open = false;               ///< when the session ended
};
struct FileOperation {                       ///< info: a change by name, with sftp_log
  std::string operation, path, second_path;  ///< `rename`
  std::string status;                        ///< `Success`, `No such file`
};
struct FileDenied {  ///< notice: the filter refused a request
  std::string operation, path, second_path;
  std::string reason;
};
struct DenialsLeftOut {
  std::uint64_t count = 0;
};  ///< notice: how many FileDenied, Denied and NotOpened were left out, see RateLimiter

struct RecordsLost {
  std::uint64_t count = 0;
};  ///< warning: how many records before this one were lost

struct SftpEnded {  ///< error: an SFTP channel was closed; the session goes on
  std::string reason;
};

struct Closed {                                ///< info: the last record of a session
  std::uint64_t bytes_up = 0, bytes_down = 0;  ///< channel data relayed
  std::chrono::milliseconds duration{};        ///< since the connection was accepted
  std::string reason;
};
struct Stuck {};  ///< error: the last record of a process that went on without a pause, see base/watchdog.h
struct Internal {
  Level level = Level::debug;
  std::string text;
};  ///< anything else worth a line

using Event =
    std::variant<ConfigFaulty, HandshakeFailed, UserRefused, LoginFailed, LoginEnded, LoginAccepted, LoginPartial,
                 KeyNoted, UpstreamFailed, UpstreamPassedOver, HostKeyRecorded, Denied, NotOpened, FileClosed,
                 FileOperation, FileDenied, DenialsLeftOut, RecordsLost, SftpEnded, Closed, Stuck, Internal>;

/// One event as it is written. Every sink gets the same content.
struct Record {
  Level level = Level::info;
  std::string_view message_id;  ///< 32 hexadecimal digits, one per event type (units/pysshrp.catalog)
  std::string message;          ///< one line, printable
  std::vector<std::pair<std::string_view, std::string>>
      fields;                         ///< PYSSHRP_USER and so on, without those that are unknown
  std::size_t fields_in_message = 0;  ///< how many of the first fields the message already has in words
};

/// A pure function, and the only place where text from outside is escaped.
Record describe(const Event& event, const Context& context);

}  // namespace pysshrp::log
