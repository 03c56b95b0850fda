#pragma once
#include <array>
#include <string_view>

/// What libssh says in English and nowhere else, all of it that is read here. e2e.libssh_may_say_it_otherwise holds the
/// readers to that: a text that is worded otherwise costs words in a record, never a login.

namespace pysshrp::ssh::texts {

// Errors, from ssh_get_error.
/// The peer's SSH_MSG_DISCONNECT: then `2:Too many authentication failures`.
inline constexpr std::string_view kDisconnect = "Received SSH_MSG_DISCONNECT: ";
/// Then strerror(3).
inline constexpr std::string_view kSocketError = "Socket error: ";
/// Then `encryption client->server: server [a,b], client [c]`.
inline constexpr std::string_view kNoMatch = "kex error : no match for method ";
/// An opening that was refused: `Channel opening failure: channel 43 error (2) Connection refused`.
inline constexpr std::string_view kOpeningCode = " error (", kOpeningWords = ") ";
/// An RSA key that is too small: `... of size 1024 ... RSA_MIN_SIZE`.
inline constexpr std::string_view kRsaMinSize = "RSA_MIN_SIZE", kSize = " of size ";
/// A key that would have to sign with what is not allowed, in quotes.
inline constexpr std::string_view kNotAllowed = "PUBLICKEY_ACCEPTED_TYPES";
/// SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252, section 8), which libssh does not know.
inline constexpr std::string_view kChangeRequest = "rejected packet (type 60)";

// Its log.
/// The upstream's RSA host key is too small; the error says only that a signature is wrong.
inline constexpr std::string_view kSmallHostKey = "The 'ssh-rsa' key of size ";
/// What it finds wrong with a key exchange before the error says only that the socket is closed.
inline constexpr std::array<std::string_view, 3> kKeyExchangeFaults{"kex error : no match",
                                                                    "No version of SSH protocol usable", kSmallHostKey};
/// A login attempt (RFC 4252, section 5) was taken in; and, of these, one that libssh refuses by itself.
inline constexpr std::string_view kAttempt = "Auth request for service ", kGssapi = ", method gssapi-with-mic ";
/// SSH_MSG_USERAUTH_BANNER was taken in.
inline constexpr std::string_view kBanner = "Received SSH_USERAUTH_BANNER packet";

}  // namespace pysshrp::ssh::texts
