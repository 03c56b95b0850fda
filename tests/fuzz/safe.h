#pragma once
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/network.h"

/// What the fuzz targets hold results to, written without the code they test.
namespace pysshrp::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
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
