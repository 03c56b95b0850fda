#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/level.h"
#include "config/values.h"

/// The words for values that are one of a few.
namespace pysshrp::config {

template <class T, std::size_t N>
using Words = std::array<std::pair<std::string_view, T>, N>;

template <class T>
struct WordsOf;
template <>
struct WordsOf<Level> {
  static constexpr Words<Level, 6> kWords{{{"critical", Level::critical},
                                           {"error", Level::error},
                                           {"warning", Level::warning},
                                           {"notice", Level::notice},
                                           {"info", Level::info},
                                           {"debug", Level::debug}}};
};
template <>
struct WordsOf<UpstreamOrder> {
  static constexpr Words<UpstreamOrder, 4> kWords{{{"ordered", UpstreamOrder::ordered},
                                                   {"random", UpstreamOrder::random},
                                                   {"hash-user", UpstreamOrder::hash_user},
                                                   {"hash-source", UpstreamOrder::hash_source}}};
};
template <>
struct WordsOf<ProxyProtocol> {
  static constexpr Words<ProxyProtocol, 3> kWords{
      {{"off", ProxyProtocol::off}, {"v1", ProxyProtocol::v1}, {"v2", ProxyProtocol::v2}}};
};
template <>
struct WordsOf<HostKeyCheck> {
  static constexpr Words<HostKeyCheck, 3> kWords{{{"strict", HostKeyCheck::strict},
                                                  {"accept-new", HostKeyCheck::accept_new},
                                                  {"insecure", HostKeyCheck::insecure}}};
};
template <>
struct WordsOf<Forwarding> {
  static constexpr Words<Forwarding, 4> kWords{
      {{"no", Forwarding::no}, {"local", Forwarding::local}, {"remote", Forwarding::remote}, {"yes", Forwarding::yes}}};
};
template <>
struct WordsOf<SftpAccess> {
  static constexpr Words<SftpAccess, 3> kWords{{{"read-write", SftpAccess::read_write},
                                                {"read-only", SftpAccess::read_only},
                                                {"upload-only", SftpAccess::upload_only}}};
};
template <>
struct WordsOf<SftpSymlinks> {
  static constexpr Words<SftpSymlinks, 3> kWords{
      {{"inside", SftpSymlinks::inside}, {"follow", SftpSymlinks::follow}, {"deny", SftpSymlinks::deny}}};
};
template <>
struct WordsOf<UpstreamSftp> {
  static constexpr Words<UpstreamSftp, 2> kWords{
      {{"external", UpstreamSftp::external}, {"internal", UpstreamSftp::internal}}};
};

template <class T>
concept Worded = requires {
  WordsOf<T>::kWords;
};

/// As one would write it.
std::string word_for(Worded auto value) {
  for (const auto& [word, meaning] : WordsOf<decltype(value)>::kWords)
    if (meaning == value) return std::string{word};
  return {};
}

}  // namespace pysshrp::config
