#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/network.h"

/// What the fuzz targets hold results to, written without the code they test.
namespace pysshrp::fuzz {

/// Says where it was asked, for clang 14 has no std::source_location.
inline void require(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: does not hold\n", file, line);
  std::abort();
}

inline bool is_safe_host(std::string_view host) {
  if (Address::parse(host)) return true;
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  return !host.empty() && host.size() <= 253 && host.front() != '-' && host.front() != '.' &&
         host.find("..") == host.npos && host.find_first_not_of(kAllowed) == host.npos;
}

inline bool is_plain_component(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && text.find('/') == text.npos &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace pysshrp::fuzz
