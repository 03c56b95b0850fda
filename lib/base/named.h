#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace pysshrp {

/// A string with a type of its own, so that two kinds of name cannot be confused.
template <class Tag>
class Named {
 public:
  explicit Named(std::string text) : text_(std::move(text)) {}
  const std::string& text() const noexcept { return text_; }
  std::string_view view() const noexcept { return text_; }
  auto operator<=>(const Named&) const = default;

 private:
  std::string text_;
};

using UserName = Named<struct UserNameTag>;
using HostName = Named<struct HostNameTag>;  ///< a host name or an IP address, without brackets
using HostKeyFingerprint =
    Named<struct HostKeyFingerprintTag>;  ///< `SHA256:` and unpadded base64, as OpenSSH prints it

}  // namespace pysshrp
