#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/result.h"
#include "config/text.h"
#include "config/values.h"
#include "config/words.h"

/// What the readers of values.h have in common.
namespace pysshrp::config {

inline Error not_a(std::string_view text, std::string_view expected) {
  return {in_quotes(text) + " is not " + std::string{expected}};
}

template <class T, std::size_t N>
std::optional<T> look_up(std::string_view text, const Words<T, N>& words) {
  for (const auto& [word, meaning] : words)
    if (std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; }))
      return meaning;
  return {};
}

/// The meaning of the word that the text is.
template <Worded T>
Result<T> choose(std::string_view text) {
  if (const auto value = look_up(text, WordsOf<T>::kWords)) return *value;
  std::string expected;
  for (const auto& [word, meaning] : WordsOf<T>::kWords)
    expected += (expected.empty() ? "one of " : ", ") + std::string{word};
  return not_a(text, expected);
}

inline std::optional<unsigned> digits(std::string_view text) noexcept {
  unsigned value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return {};
  return value;
}

/// A list of what `read` takes for one item.
template <class T, class Read>
Result<std::vector<T>> list_of(std::string_view text, const Read& read) {
  std::vector<T> values;
  for (const auto& item : PYSSHRP_TRY(list(text))) values.push_back(PYSSHRP_TRY(read(item)));
  return values;
}

}  // namespace pysshrp::config
