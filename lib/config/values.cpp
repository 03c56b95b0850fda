#include "config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

#include "config/text.h"

namespace pysshrp::config {
namespace {

Error not_a(std::string_view text, std::string_view expected) {
  return {in_quotes(text) + " is not " + std::string{expected}};
}

template <class T, std::size_t N>
using Words = std::array<std::pair<std::string_view, T>, N>;

/// ASCII only, whatever the locale.
char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

template <class T, std::size_t N>
std::optional<T> look_up(std::string_view text, const Words<T, N>& words) {
  for (const auto& [word, meaning] : words)
    if (std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; }))
      return meaning;
  return {};
}

/// The meaning of the one that the text is.
template <class T, std::size_t N>
Result<T> choose(std::string_view text, const Words<T, N>& words) {
  if (const auto value = look_up(text, words)) return *value;
  std::string expected;
  for (const auto& [word, meaning] : words) expected += (expected.empty() ? "one of " : ", ") + std::string{word};
  return not_a(text, expected);
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return lower(c) >= 'a' && lower(c) <= 'z';
}
bool is_hex(char c) noexcept {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

std::optional<unsigned> digits(std::string_view text) noexcept {
  unsigned value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return {};
  return value;
}

Result<unsigned> number(std::string_view text, unsigned low, unsigned high) {
  const auto value = digits(text);
  if (value && *value >= low && *value <= high) return *value;
  return not_a(text, "a number (" + std::to_string(low) + '-' + std::to_string(high) + ')');
}

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

bool is_host_name(std::string_view text) noexcept {
  if (text.size() > 253) return false;
  for (;;) {
    const auto dot = text.find('.');
    const auto label = text.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == text.npos) return !is_numeric(label);
    text.remove_prefix(dot + 1);
  }
}

/// Likely slips in a host, by what gives them away.
constexpr Words<std::string_view, 5> kHostHints{
    {{" (no URL: the name or address alone)", "://"},
     {" (brackets are for an IPv6 address)", "["},
     {" (in a list and before a port an IPv6 address stands in brackets)", ":"},
     {" ('_' is not allowed in host names, and libssh refuses it)", "_"},
     {" (a user belongs in upstream_user)", "@"}}};

Error not_a_host(std::string_view text) {
  std::string expected = "a host name or IP address";
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

/// A list of what `read` takes for one item.
template <class T, class Read>
Result<std::vector<T>> list_of(std::string_view text, const Read& read) {
  std::vector<T> values;
  for (const auto& item : PYSSHRP_TRY(list(text))) values.push_back(PYSSHRP_TRY(read(item)));
  return values;
}

}  // namespace

Result<bool> boolean(std::string_view text) {
  static constexpr Words<bool, 8> kWords{{{"yes", true},
                                          {"no", false},
                                          {"true", true},
                                          {"false", false},
                                          {"on", true},
                                          {"off", false},
                                          {"1", true},
                                          {"0", false}}};
  if (const auto value = look_up(text, kWords)) return *value;
  return not_a(text, "yes or no");
}

Result<std::optional<std::chrono::seconds>> duration_or_off(std::string_view text) {
  if (text == "off") return std::optional<std::chrono::seconds>{};
  if (const auto value = duration(text)) return std::optional{*value};
  return not_a(text, "off or a duration (90, 90s, 2min, 1h; at least 1s, at most 24h)");
}

Result<std::chrono::seconds> duration(std::string_view text) {
  static constexpr Words<unsigned, 4> kUnits{{{"", 1}, {"s", 1}, {"min", 60}, {"h", 3600}}};
  constexpr unsigned kDay = 24 * 3600;
  const auto unit_at = std::min(text.size(), text.find_first_not_of("0123456789"));
  const auto count = digits(text.substr(0, unit_at));
  const auto unit = look_up(text.substr(unit_at), kUnits);
  if (count && unit && *count > 0 && *count <= kDay / *unit) return std::chrono::seconds{*count * *unit};
  return not_a(text, "a duration (90, 90s, 2min, 1h; at least 1s, at most 24h)");
}

Result<std::uint16_t> port(std::string_view text) {
  const auto value = digits(text);
  if (value && *value >= 1 && *value <= std::numeric_limits<std::uint16_t>::max())
    return static_cast<std::uint16_t>(*value);
  return not_a(text, "a port (1-65535)");
}

Result<Level> level(std::string_view text) {
  static constexpr Words<Level, 6> kWords{{{"critical", Level::critical},
                                           {"error", Level::error},
                                           {"warning", Level::warning},
                                           {"notice", Level::notice},
                                           {"info", Level::info},
                                           {"debug", Level::debug}}};
  if (const auto value = look_up(text, kWords)) return *value;
  return not_a(text, "a level (critical, error, warning, notice, info, debug)");
}

Result<HostName> host(std::string_view text) {
  if (Address::parse(text) || is_host_name(text)) return HostName{std::string{text}};
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
  if (Address::parse(text)) return std::vector{Host{HostName{std::string{text}}}};
  return list_of<Host>(text, host_and_port);
}

Result<UpstreamOrder> upstream_order(std::string_view text) {
  static constexpr Words<UpstreamOrder, 4> kWords{{{"ordered", UpstreamOrder::ordered},
                                                   {"random", UpstreamOrder::random},
                                                   {"hash-user", UpstreamOrder::hash_user},
                                                   {"hash-source", UpstreamOrder::hash_source}}};
  return choose(text, kWords);
}

Result<ProxyProtocol> proxy_protocol(std::string_view text) {
  static constexpr Words<ProxyProtocol, 3> kWords{
      {{"off", ProxyProtocol::off}, {"v1", ProxyProtocol::v1}, {"v2", ProxyProtocol::v2}}};
  return choose(text, kWords);
}

Result<Address> address(std::string_view text) {
  if (const auto value = Address::parse(text)) return *value;
  return not_a(text, "an IP address");
}

Result<HostKeyCheck> host_key_check(std::string_view text) {
  static constexpr Words<HostKeyCheck, 3> kWords{{{"strict", HostKeyCheck::strict},
                                                  {"accept-new", HostKeyCheck::accept_new},
                                                  {"insecure", HostKeyCheck::insecure}}};
  return choose(text, kWords);
}

Result<Forwarding> forwarding(std::string_view text) {
  static constexpr Words<Forwarding, 4> kWords{
      {{"no", Forwarding::no}, {"local", Forwarding::local}, {"remote", Forwarding::remote}, {"yes", Forwarding::yes}}};
  return choose(text, kWords);
}

Result<SftpAccess> sftp_access(std::string_view text) {
  static constexpr Words<SftpAccess, 3> kWords{{{"read-write", SftpAccess::read_write},
                                                {"read-only", SftpAccess::read_only},
                                                {"upload-only", SftpAccess::upload_only}}};
  return choose(text, kWords);
}

Result<SftpSymlinks> sftp_symlinks(std::string_view text) {
  static constexpr Words<SftpSymlinks, 3> kWords{
      {{"inside", SftpSymlinks::inside}, {"follow", SftpSymlinks::follow}, {"deny", SftpSymlinks::deny}}};
  return choose(text, kWords);
}

Result<UpstreamSftp> upstream_sftp(std::string_view text) {
  static constexpr Words<UpstreamSftp, 2> kWords{
      {{"external", UpstreamSftp::external}, {"internal", UpstreamSftp::internal}}};
  return choose(text, kWords);
}

Result<unsigned> auth_tries(std::string_view text) {
  return number(text, 1, 100);
}

Result<unsigned> channels(std::string_view text) {
  return number(text, 1, 10'000);
}

Result<std::optional<unsigned>> startups(std::string_view text) {
  if (text == "off") return std::optional<unsigned>{};
  const auto value = digits(text);
  if (value && *value >= 1 && *value <= 4000) return value;
  return not_a(text, "off or a number (1-4000)");
}

Result<NetBlockSize> net_block_size(std::string_view text) {
  const auto colon = text.find(':');
  const auto v4 = digits(text.substr(0, colon));
  const auto v6 = colon == text.npos ? NetBlockSize{}.v6 : digits(text.substr(colon + 1));
  if (v4 && v6 && *v4 <= 32 && *v6 <= 128) return NetBlockSize{*v4, *v6};
  return not_a(text, "bits of an IPv4 address (0-32), perhaps with ':' and those of an IPv6 address (0-128)");
}

Result<std::vector<std::string>> list(std::string_view text) {
  std::vector<std::string> items;
  for (auto left = text;;) {
    const auto comma = left.find(',');
    const auto item = trim(left.substr(0, comma));
    if (item.empty()) return not_a(text, "a comma-separated list without empty items");
    items.emplace_back(item);
    if (comma == left.npos) return items;
    left.remove_prefix(comma + 1);
  }
}

Result<std::string> name_list(std::string_view text) {
  const bool adds = text.starts_with('+');
  std::string joined;
  for (const auto& name : PYSSHRP_TRY(list(text.substr(adds ? 1 : 0)))) {
    const bool is_name = std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!is_name || std::string_view{"+-^"}.find(name.front()) != std::string_view::npos)
      return not_a(name,
                   "the name of an algorithm (a '+' before the first name adds all of them to the default; there is no "
                   "'-' and no '^')");
    joined += (joined.empty() ? "" : ",") + name;
  }
  return (adds ? "+" : "") + joined;
}

Result<unsigned> rsa_bits(std::string_view text) {
  return number(text, 1024, 16384);
}

Result<std::vector<std::string>> paths(std::string_view text) {
  return list_of<std::string>(text, path);
}

Result<std::vector<Network>> networks(std::string_view text) {
  return list_of<Network>(text, [](const std::string& item) -> Result<Network> {
    if (const auto value = Network::parse(item)) return *value;
    return not_a(item, "an IP address or network (192.0.2.0/24: no bits set beyond the prefix)");
  });
}

Result<std::vector<HostKeyFingerprint>> fingerprints(std::string_view text) {
  return list_of<HostKeyFingerprint>(text, [](const std::string& item) -> Result<HostKeyFingerprint> {
    if (is_fingerprint(item)) return HostKeyFingerprint{item};
    return not_a(item, "a host key fingerprint as ssh-keygen -l prints it (SHA256: and 43 characters)");
  });
}

Result<std::string> path(std::string_view text) {
  if (text.starts_with('/') && !has_control(text)) return std::string{text};
  return not_a(text, "an absolute path");
}

Result<std::string> root_path(std::string_view text) {
  // `~` would be a directory of that name: sftp-server knows no home but the directory it starts in.
  if (text.empty() || text.front() == '~' || has_control(text))
    return not_a(text, "a directory (absolute, or relative to the login directory, which is '.')");
  const bool absolute = text.front() == '/';
  std::string path;
  for (auto left = text; !left.empty();) {
    const auto component = left.substr(0, left.find('/'));
    left.remove_prefix(std::min(component.size() + 1, left.size()));
    if (component == "..") return not_a(text, "a directory without '..'");
    if (component.empty() || component == ".") continue;
    path += (path.empty() && !absolute ? "" : "/") + std::string{component};
  }
  if (path.empty()) return std::string{absolute ? "/" : "."};
  return path;
}

Result<std::string> upstream_file(std::string_view text) {
  if (text.empty() || text.front() == '~' || text.back() == '/' || has_control(text))
    return not_a(text, "a file of the upstream (absolute, or relative to the login directory)");
  return std::string{text};
}

Result<UserName> user_name(std::string_view text) {
  if (!text.empty() && text.size() <= 255 && !has_control(text)) return UserName{std::string{text}};
  return not_a(text, "a user name (1-255 bytes, no control characters)");
}

}  // namespace pysshrp::config
