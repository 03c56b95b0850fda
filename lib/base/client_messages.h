#pragma once

/// Every text of this proxy's own that a client can read: complete sentences for people, without names, addresses or
/// keys. The reasons are for the log. tests/messages checks that a test triggers each of them.
namespace pysshrp::client_messages {

// Instead of a login.
inline constexpr const char* kNotConfigured =
    "This proxy is not configured correctly. Its administrator finds the faults in the log.";
inline constexpr const char* kTooManyTries = "Too many authentication failures";  // as sshd
inline constexpr const char* kMaxStartups = "Exceeded MaxStartups";               // as sshd
inline constexpr const char* kGraceTimeOver = "login_grace_time is over.";
inline constexpr const char* kNotReached = "The server behind this proxy cannot be reached.";
inline constexpr const char* kNotVerified = "The server behind this proxy could not be verified.";
inline constexpr const char* kNoAnswer = "The server behind this proxy does not answer as it should.";
inline constexpr const char* kClosed = "The server behind this proxy closed the connection.";
inline constexpr const char* kNotAccepted = "The server behind this proxy does not accept the login.";
inline constexpr const char* kPasswordExpired =
    "Your password has expired. Log in by keyboard-interactive to change it.";
inline constexpr const char* kNoAgent =
    "The server behind this proxy wants your key: forward your agent to it, as with `ssh -A`.";
inline constexpr const char* kNoSignature = "Your agent did not sign for the server behind this proxy.";

// In a session, or at its end.
inline constexpr const char* kNoShell =
    "This account may not run a shell or a command here (only sftp, if that is allowed).";
inline constexpr const char* kEnded =
    "The server behind this proxy ended the connection";  // then the upstream's words in brackets
inline constexpr const char* kStopped = "This proxy has been asked to end the connection.";
inline constexpr const char* kIdle = "Nothing was sent for as long as idle_timeout allows.";
inline constexpr const char* kBreach =
    "This proxy ends the connection: one side broke the protocol, or a bound. The log says which.";
inline constexpr const char* kTooManyRequests = "the client sent too many requests at once";

// For the upstream, when the client is gone.
inline constexpr const char* kClientGone = "The client is gone.";

}  // namespace pysshrp::client_messages
