#include <algorithm>

#include "config/reading.h"
#include "config/values.h"

namespace pysshrp::config {
namespace {

constexpr unsigned kDay = 24 * 3600;
constexpr const char* kDuration = "a duration (90, 90s, 2min, 1h30m; at least 1s, at most 24h)";

/// As systemd.time(7), sshd_config(5) and nginx have them.
constexpr Words<unsigned, 16> kUnits{{{"", 1},
                                      {"s", 1},
                                      {"sec", 1},
                                      {"second", 1},
                                      {"seconds", 1},
                                      {"m", 60},
                                      {"min", 60},
                                      {"minute", 60},
                                      {"minutes", 60},
                                      {"h", 3600},
                                      {"hr", 3600},
                                      {"hour", 3600},
                                      {"hours", 3600},
                                      {"d", kDay},
                                      {"day", kDay},
                                      {"days", kDay}}};

/// `90`, `2min`: 0 where it is none.
unsigned seconds(std::string_view part) noexcept {
  const auto unit_at = std::min(part.size(), part.find_first_not_of("0123456789"));
  const auto count = digits(part.substr(0, unit_at));
  const auto unit = look_up(part.substr(unit_at), kUnits);
  const bool is_month = part.substr(unit_at) == "M";  // of systemd and nginx
  return count && unit && !is_month && *count <= kDay / *unit ? *count * *unit : 0;
}

/// Where the first part of `1h30m`, `1h 30min` ends.
std::size_t end_of_part(std::string_view text) noexcept {
  const auto unit_at = std::min(text.size(), text.find_first_not_of("0123456789"));
  return std::min(text.size(), text.find_first_of("0123456789 ", unit_at));
}

}  // namespace

Result<std::optional<std::chrono::seconds>> duration_or_off(std::string_view text) {
  if (text == "off") return std::optional<std::chrono::seconds>{};
  if (const auto value = duration(text)) return std::optional{*value};
  return not_a(text, std::string{"off or "} + kDuration);
}

Result<std::chrono::seconds> duration(std::string_view text) {
  unsigned total = 0;
  for (auto left = text;;) {
    const auto part = left.substr(0, end_of_part(left));
    const unsigned more = seconds(part);
    const bool has_unit = !part.empty() && !is_digit(part.back());
    if (more == 0 || (!has_unit && part.size() != text.size())) break;  // `1h30`: seconds, or minutes?
    total += more;
    left.remove_prefix(part.size());
    if (total > kDay) break;
    if (left.empty()) return std::chrono::seconds{total};
    if (left.front() == ' ') left.remove_prefix(1);
  }
  return not_a(text, kDuration);
}

}  // namespace pysshrp::config
