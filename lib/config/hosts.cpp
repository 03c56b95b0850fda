#include <algorithm>

#include "config/reading.h"
#include "config/values.h"

namespace pysshrp::config {
namespace {

/// RFC 1123 section 2.1.
bool is_label(std::string_view label) noexcept {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
}

/// What inet_aton(3) would take for a number: getaddrinfo(3) reads `10.1`, `2130706433` and `0x7f.1` as addresses.
bool is_numeric(std::string_view label) noexcept {
  if (label.size() >= 2 && label[0] == '0' && lower(label[1]) == 'x')
    return std::all_of(label.begin() + 2, label.end(), is_hex);
  return std::all_of(label.begin(), label.end(), is_digit);
}

/// A dot at the end says that the name is whole, so that no search domain is tried.
bool is_host_name(std::string_view text) noexcept {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.size() > 253) return false;
  for (;;) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == text.npos) return !is_numeric(label);
    text.remove_prefix(dot + 1);
  }
}

/// What nobody can connect to, or come from, without the interface, which no value can name.
constexpr std::string_view kLinkLocal =
    " (a link-local address is good on one interface only, and none can be said here: take another one of that host)";

/// Likely slips in a host, by what gives them away.
constexpr Words<std::string_view, 6> kHostHints{
    {{" (no URL: the name or address alone)", "://"},
     {kLinkLocal, "%"},
     {" (brackets are for an IPv6 address)", "["},
     {" (in a list and before a port an IPv6 address stands in brackets)", ":"},
     {" ('_' is not allowed in host names, and libssh refuses it)", "_"},
     {" (a user belongs in upstream_user)", "@"}}};

Error not_a_host(std::string_view text) {
  std::string expected = "a host name or IP address";
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; }))
    return not_a(text, expected + " (letters beyond ASCII are written as idn2(1) prints the name, xn--...)");
  const auto hint = std::find_if(kHostHints.begin(), kHostHints.end(),
                                 [&](const auto& h) { return text.find(h.second) != text.npos; });
  if (hint != kHostHints.end()) expected += hint->first;
  return not_a(text, expected);
}

/// SHA-256 in base64 without padding: 43 characters, the last of which has two bits of nothing.
bool is_fingerprint(std::string_view text) noexcept {
  constexpr std::string_view kPrefix = "SHA256:", kLast = "AEIMQUYcgkosw048";
  if (!text.starts_with(kPrefix)) return false;
  const auto base64 = text.substr(kPrefix.size());
  return base64.size() == 43 && kLast.find(base64.back()) != kLast.npos &&
         std::all_of(base64.begin(), base64.end(),
                     [](char c) { return is_digit(c) || is_letter(c) || c == '+' || c == '/'; });
}

}  // namespace

Result<HostName> host(std::string_view text) {
  const auto address = Address::parse(text);
  if (address && address->is_link_local()) return not_a(text, "an address to connect to" + std::string{kLinkLocal});
  if (address || is_host_name(text)) return HostName{std::string{text}};
  return not_a_host(text);
}

/// One of a list.
static Result<Host> host_and_port(std::string_view text) {
  if (text.find("://") != text.npos) return not_a_host(text);
  const bool bracketed = text.starts_with('[') && text.find(']') != text.npos;
  const auto name = bracketed ? text.substr(1, text.find(']') - 1) : text.substr(0, text.rfind(':'));
  if (bracketed != (name.find(':') != name.npos)) return not_a_host(text);
  const auto rest = text.substr(name.size() + (bracketed ? 2 : 0));
  Host found{PYSSHRP_TRY(host(name))};
  if (rest.empty()) return found;
  if (rest.front() != ':') return not_a(text, "a host and perhaps ':' and a port");
  found.port = PYSSHRP_TRY(port(rest.substr(1)));
  return found;
}

Result<std::vector<Host>> hosts(std::string_view text) {
  if (Address::parse(text)) return std::vector{Host{PYSSHRP_TRY(host(text))}};
  return list_of<Host>(text, host_and_port);
}

Result<Address> address(std::string_view text) {
  const auto value = Address::parse(text);
  const bool has_zone = text.find('%') != text.npos || (value && value->is_link_local());
  if (value && !has_zone) return *value;
  return not_a(text, "an IP address" + std::string{has_zone ? kLinkLocal : ""});
}

Result<std::vector<Network>> networks(std::string_view text) {
  return list_of<Network>(text, [](const std::string& item) -> Result<Network> {
    if (const auto value = Network::parse(item)) return *value;
    if (item.find('%') != item.npos) return not_a(item, "an IP address or network (write it without the interface)");
    return not_a(item, "an IP address or network (192.0.2.0/24: no bits set beyond the prefix)");
  });
}

Result<std::vector<HostKeyFingerprint>> fingerprints(std::string_view text) {
  return list_of<HostKeyFingerprint>(text, [](const std::string& item) -> Result<HostKeyFingerprint> {
    if (is_fingerprint(item)) return HostKeyFingerprint{item};
    return not_a(item, "a host key fingerprint as ssh-keygen -l prints it (SHA256: and 43 characters)");
  });
}

}  // namespace pysshrp::config
