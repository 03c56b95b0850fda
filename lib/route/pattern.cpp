#include "route/pattern.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "config/text.h"

namespace pysshrp::route {
namespace {

using MatchData = std::unique_ptr<pcre2_match_data, Releaser<pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Releaser<pcre2_match_context_free>>;

// A name has 255 bytes at most. An honest pattern needs some thousand steps for it, one that backtracks without end
// reaches these limits after some milliseconds.
constexpr std::uint32_t kMatchLimit = 100'000;
constexpr std::uint32_t kDepthLimit = 10'000;
constexpr std::uint32_t kHeapLimitKiB = 1024;

constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;

std::string words(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

MatchContext limits() {
  MatchContext context{pcre2_match_context_create(nullptr)};
  pcre2_set_match_limit(context.get(), kMatchLimit);
  pcre2_set_depth_limit(context.get(), kDepthLimit);
  pcre2_set_heap_limit(context.get(), kHeapLimitKiB);
  return context;
}

PCRE2_SPTR bytes(std::string_view text) noexcept {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

}  // namespace

bool refers_to(std::string_view group, std::size_t number, std::string_view name) noexcept {
  std::size_t written = 0;
  const auto [end, error] = std::from_chars(group.data(), group.data() + group.size(), written);
  if (error == std::errc{} && end == group.data() + group.size()) return written == number;
  return !name.empty() && name == group;
}

Result<Pattern> Pattern::compile(std::string_view text) {
  int code = 0;
  PCRE2_SIZE offset = 0;
  Regex regex{pcre2_compile(bytes(text), text.size(), kOptions, &code, &offset, nullptr)};
  if (!regex) return Error{words(code) + " at offset " + std::to_string(offset) + " of " + config::in_quotes(text)};
  return Pattern{text, std::move(regex)};
}

// pcre2_pattern_info(3): the name table has one entry for each name, two bytes of number and then the name.
Pattern::Pattern(std::string_view text, Regex regex) : text_(text), regex_(std::move(regex)) {
  std::uint32_t groups = 0, names = 0, entry_size = 0;
  PCRE2_SPTR entry = nullptr;
  pcre2_pattern_info(regex_.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  pcre2_pattern_info(regex_.get(), PCRE2_INFO_NAMECOUNT, &names);
  pcre2_pattern_info(regex_.get(), PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
  pcre2_pattern_info(regex_.get(), PCRE2_INFO_NAMETABLE, &entry);
  groups_.resize(groups + std::size_t{1});
  for (std::uint32_t i = 0; i < names; ++i, entry += entry_size)
    groups_[static_cast<std::size_t>(entry[0] << 8 | entry[1])] = reinterpret_cast<const char*>(entry + 2);
}

bool Pattern::has_group(std::string_view group) const noexcept {
  for (std::size_t number = 0; number < groups_.size(); ++number)
    if (refers_to(group, number, groups_[number])) return true;
  return false;
}

Result<std::optional<Captures>> Pattern::match(std::string_view name) const {
  const MatchData data{pcre2_match_data_create_from_pattern(regex_.get(), nullptr)};
  const int code = pcre2_match(regex_.get(), bytes(name), name.size(), 0, 0, data.get(), limits().get());
  if (code == PCRE2_ERROR_NOMATCH) return std::optional<Captures>{};
  if (code < 0) return Error{"pattern " + config::in_quotes(text_) + " cannot validate this user name: " + words(code)};

  const PCRE2_SIZE* const ends = pcre2_get_ovector_pointer(data.get());
  Captures captures;
  for (std::size_t number = 0; number < groups_.size(); ++number) {
    const PCRE2_SIZE from = ends[2 * number], to = ends[2 * number + 1];
    captures.push_back({groups_[number], {}});
    if (from != PCRE2_UNSET) captures.back().text = name.substr(from, to - from);
  }
  return std::optional{std::move(captures)};
}

std::string engine_version() {
  std::array<char, 64> text{};
  pcre2_config(PCRE2_CONFIG_VERSION, text.data());  // at most 24 characters, says pcre2api(3)
  return text.data();
}

}  // namespace pysshrp::route
