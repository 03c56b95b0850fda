#include "upstream/known_hosts.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/ascii.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "base/unreadable.h"

namespace pysshrp::upstream {
namespace {

constexpr std::string_view kBlank = " \t";
constexpr std::string_view kTypes[] = {"ssh-ed25519",
                                       "ssh-rsa",
                                       "ecdsa-sha2-nistp256",
                                       "ecdsa-sha2-nistp384",
                                       "ecdsa-sha2-nistp521",
                                       "sk-ssh-ed25519@openssh.com",
                                       "sk-ecdsa-sha2-nistp256@openssh.com"};

/// The next field up to a blank, and takes it and the blanks behind it away.
std::string_view next_field(std::string_view& line) noexcept {
  const std::string_view field = line.substr(0, line.find_first_of(kBlank));
  line.remove_prefix(field.size());
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  return field;
}

/// `*` and `?`, in any case. Goes back to the last star only, which takes no longer than name times pattern.
bool matches(std::string_view pattern, std::string_view name) noexcept {
  std::size_t p = 0, n = 0, star = pattern.npos, from = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(name[n]))) {
      ++p;
      ++n;
    } else if (star != pattern.npos) {
      p = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

/// Patterns with `*`, `?` and `!`.
bool names_host(std::string_view field, std::string_view name) noexcept {
  bool named = false;
  while (!field.empty()) {
    std::string_view pattern = field.substr(0, field.find(','));
    field.remove_prefix(std::min(pattern.size() + 1, field.size()));
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.empty() || !matches(pattern, name)) continue;
    if (negated) return false;
    named = true;
  }
  return named;
}

template <std::size_t N>
bool decode(std::string_view base64, std::array<char, N>& to) {
  const auto bytes = decode_base64(base64);
  if (!bytes || bytes->size() != N) return false;
  std::copy(bytes->begin(), bytes->end(), to.begin());
  return true;
}

/// Whether a blob is whole: SSH's strings (RFC 4251, section 5), of which the first is the type.
bool is_key(std::string_view blob, std::string_view type) noexcept {
  ByteReader reader{blob};
  if (reader.string() != type || reader.left().empty()) return false;
  while (reader.ok() && !reader.left().empty()) reader.string();
  return reader.ok();
}

std::optional<KnownHosts::Key> read_key(const std::string& type, std::string_view base64) {
  if (std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes)) return {};
  auto blob = decode_base64(base64);
  if (!blob || !is_key(*blob, type)) return {};
  return KnownHosts::Key{type, *std::move(blob)};
}

}  // namespace

std::string known_hosts_name(const HostName& host, std::uint16_t port) {
  const std::string name = lowered(host.text());
  return port == 22 ? name : '[' + name + "]:" + std::to_string(port);
}

KnownHosts KnownHosts::parse(std::string_view text) {
  KnownHosts known;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    known.parse_line(line.substr(0, line.find('\0')), number);
  }
  return known;
}

Result<KnownHosts> KnownHosts::read(const std::string& file) {
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  if (!in && errno != ENOENT) return Error{file + ": " + why_unreadable(file, errno)};
  return parse(std::string{std::istreambuf_iterator<char>{in}, {}});
}

std::size_t KnownHosts::first_authority() const noexcept {
  for (const Line& line : lines_)
    if (line.marker == Marker::authority) return line.number;
  return 0;
}

void KnownHosts::parse_line(std::string_view line, std::size_t number) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlank), line.size()));
  if (line.empty() || line.front() == '#' || line.front() == '\r') return;
  Marker marker = Marker::none;
  if (line.front() == '@') {
    const std::string_view written = next_field(line);
    marker = written == "@cert-authority" ? Marker::authority : written == "@revoked" ? Marker::revoked : Marker::other;
  }
  const std::string_view hosts = next_field(line), type = next_field(line), base64 = next_field(line);
  lines_.push_back({number, marker, std::string{hosts}, read_hash(hosts), std::string{type}, std::string{base64}});
  if (lines_.back().hash && !hmac_) hmac_ = std::make_unique<ssh::HmacSha1>();
}

/// `|1|SALT|HASH`: the HMAC-SHA1 of the name. Once, since --check compares it with the name of each upstream.
std::optional<KnownHosts::HashedName> KnownHosts::read_hash(std::string_view field) {
  constexpr std::string_view kMagic = "|1|";
  if (!field.starts_with(kMagic)) return {};
  field.remove_prefix(kMagic.size());
  const auto bar = field.find('|');
  HashedName name;
  if (bar == field.npos || !decode(field.substr(0, bar), name.salt) || !decode(field.substr(bar + 1), name.hash))
    return {};
  return name;
}

bool KnownHosts::names(const Line& line, std::string_view name) const {
  if (line.hash) return hmac_->of(line.hash->salt, name) == line.hash->hash;
  return !line.hosts.starts_with('|') && names_host(line.hosts, name);
}

KnownHosts::Found KnownHosts::find(const HostName& host, std::uint16_t port) const {
  const std::string name = known_hosts_name(host, port);
  Found found;
  for (const Line& line : lines_) look_at(line, name, found);
  return found;
}

void KnownHosts::look_at(const Line& line, std::string_view name, Found& found) const {
  const bool wanted = line.marker == Marker::none || line.marker == Marker::authority;
  if (!wanted || !names(line, name)) return;
  if (line.marker == Marker::authority)
    found.has_authority = true;
  else if (auto key = read_key(line.type, line.base64))
    found.keys.push_back(*std::move(key));
  else
    found.not_understood.push_back(line.number);
}

KnownHosts::Found KnownHosts::find_any(const HostName& host, std::uint16_t port) {
  const std::string name = known_hosts_name(host, port);
  Found found;
  for (std::size_t i = 0; i < lines_.size() && found.keys.empty(); ++i) {
    const std::size_t at = (next_ + i) % lines_.size();
    look_at(lines_[at], name, found);
    if (!found.keys.empty()) next_ = at + 1;
  }
  std::sort(found.not_understood.begin(), found.not_understood.end());
  return found;
}

bool KnownHosts::is_revoked(std::string_view blob) const {
  return std::any_of(lines_.begin(), lines_.end(), [&](const Line& line) {
    return line.marker == Marker::revoked && decode_base64(line.base64) == blob;
  });
}

std::string prefer_known(std::string_view algorithms, const std::vector<std::string>& types) {
  const auto is_known = [&](std::string_view name) {
    return std::any_of(types.begin(), types.end(), [&](const std::string& type) {
      return type == name || (type == "ssh-rsa" && name.starts_with("rsa-sha2-"));
    });
  };
  std::string first, then;
  while (!algorithms.empty()) {
    const std::string_view name = algorithms.substr(0, algorithms.find(','));
    algorithms.remove_prefix(std::min(name.size() + 1, algorithms.size()));
    std::string& list = is_known(name) ? first : then;
    list += (list.empty() ? "" : ",") + std::string{name};
  }
  return first + (first.empty() || then.empty() ? "" : ",") + then;
}

}  // namespace pysshrp::upstream
