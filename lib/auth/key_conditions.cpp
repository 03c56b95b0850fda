#include "auth/key_conditions.h"

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <string>

#include "auth/excerpt.h"
#include "base/ascii.h"

namespace pysshrp::auth {
namespace {

/// `*` is any text, `?` any character. Of the stars passed only the last one is ever taken back, which is enough.
bool matches(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0, t = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

/// An IPv4 address written as IPv6: what a prefix behind it counts would depend on who reads it.
bool is_mapped(std::string_view entry) {
  const auto address = Address::parse(entry.substr(0, entry.find('/')));
  return address && address->is_v4() && entry.find(':') != entry.npos;
}

bool may_match_an_address(std::string_view pattern) noexcept {
  return pattern.find_first_of("*?") != pattern.npos &&
         pattern.find_first_not_of("0123456789abcdef.:*?") == pattern.npos;
}

/// Whether one entry, in lower case and without its `!`, means the address.
Result<bool> means(std::string_view entry, bool keeps_out, const Address& address) {
  const Error senseless{"from= has the entry \"" + excerpt(entry) + "\", which means nothing here"};
  if (entry.empty() || is_mapped(entry)) return senseless;
  if (const auto network = Network::parse(entry)) return network->contains(address);
  if (entry.find('/') != entry.npos) return senseless;
  if (keeps_out && !may_match_an_address(entry)) return senseless;
  return matches(entry, address.text());
}

std::optional<int> number(std::string_view& rest, std::size_t digits, int least, int most) noexcept {
  int value = 0;
  for (const char c : rest.substr(0, digits)) value = value * 10 + (c - '0');
  rest.remove_prefix(digits);
  if (value < least || value > most) return {};
  return value;
}

/// The fields of a date and maybe a time, all digits; nothing where one is out of its range.
std::optional<std::tm> fields(std::string_view text) noexcept {
  struct Field {
    int std::tm::*field;
    std::size_t digits;
    int least, most, base;
  };
  static constexpr Field kFields[] = {
      {&std::tm::tm_year, 4, 1970, 9999, 1900}, {&std::tm::tm_mon, 2, 1, 12, 1}, {&std::tm::tm_mday, 2, 1, 31, 0},
      {&std::tm::tm_hour, 2, 0, 23, 0},         {&std::tm::tm_min, 2, 0, 59, 0}, {&std::tm::tm_sec, 2, 0, 61, 0},
  };
  std::tm out{};
  for (const Field& f : kFields) {
    if (text.empty()) break;
    const auto value = number(text, f.digits, f.least, f.most);
    if (!value) return {};
    out.*f.field = *value - f.base;
  }
  return out;
}

}  // namespace

Result<bool> from_admits(std::string_view list, const Address& address) {
  bool admitted = false, kept_out = false;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    std::string entry = lowered(list.substr(at, comma - at));
    at = comma + 1;
    const bool keeps_out = entry.starts_with('!');
    if (keeps_out) entry.erase(0, 1);
    const bool meant = PYSSHRP_TRY(means(entry, keeps_out, address));
    (keeps_out ? kept_out : admitted) |= meant;
  }
  return admitted && !kept_out;
}

std::optional<std::chrono::sys_seconds> expiry_time(std::string_view text) {
  const bool utc = text.ends_with('Z') || text.ends_with('z');
  if (utc) text.remove_suffix(1);
  if (text.size() != 8 && text.size() != 12 && text.size() != 14) return {};
  if (text.find_first_not_of("0123456789") != text.npos) return {};
  auto date = fields(text);
  if (!date) return {};
  date->tm_isdst = -1;  // summer time where it is summer; sshd, which says 0, lets the key live an hour longer then
  const std::time_t moment = utc ? ::timegm(&*date) : ::mktime(&*date);
  if (moment <= 0) return {};
  return std::chrono::sys_seconds{std::chrono::seconds{moment}};
}

}  // namespace pysshrp::auth
