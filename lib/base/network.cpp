#include "base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/bytes.h"

namespace pysshrp {

namespace {
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}  // namespace

Address Address::v4(std::uint32_t host_order) noexcept {
  Address a;
  a.v4_ = true;
  std::array<char, 4> bytes{};
  store_big_endian(bytes, host_order);
  std::copy(bytes.begin(), bytes.end(), a.bytes_.begin());
  return a;
}

Address Address::v6(const std::array<std::uint8_t, 16>& bytes) noexcept {
  Address a;
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    a.v4_ = true;
    std::copy(bytes.begin() + 12, bytes.end(), a.bytes_.begin());
  } else {
    a.bytes_ = bytes;
  }
  return a;
}

std::array<std::uint8_t, 16> Address::as_v6() const noexcept {
  if (!v4_) return bytes_;
  std::array<std::uint8_t, 16> mapped{};
  std::copy(bytes_.begin(), bytes_.begin() + 4, std::copy(kMapped.begin(), kMapped.end(), mapped.begin()));
  return mapped;
}

Address Address::block(NetBlockSize size) const noexcept {
  Address first = *this;
  for (unsigned bit = v4_ ? size.v4 : size.v6; bit < 128; ++bit)
    first.bytes_[bit / 8] = static_cast<std::uint8_t>(first.bytes_[bit / 8] & ~(0x80 >> bit % 8));
  return first;
}

std::optional<Address> Address::parse(std::string_view text) {
  const std::string terminated{text};
  if (terminated.size() != std::strlen(terminated.c_str())) return {};
  in_addr four{};
  if (::inet_pton(AF_INET, terminated.c_str(), &four) == 1) return v4(ntohl(four.s_addr));
  std::array<std::uint8_t, 16> six{};
  if (::inet_pton(AF_INET6, terminated.c_str(), six.data()) == 1) return v6(six);
  return {};
}

std::string Address::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), out.data(), out.size());
  return out.data();
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return {};
  Network n;
  n.address_ = *address;
  const unsigned longest = address->is_v4() ? 32 : 128;
  n.prefix_ = longest;
  if (slash != text.npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n.prefix_);
    if (error != std::errc{} || end != digits.data() + digits.size() || n.prefix_ > longest) return {};
  }
  for (unsigned bit = n.prefix_; bit < longest; ++bit)
    if ((n.address_.bytes_[bit / 8] >> (7 - bit % 8) & 1) != 0) return {};
  return n;
}

bool Network::contains(const Address& address) const noexcept {
  if (address.is_v4() != address_.is_v4()) return false;
  for (unsigned bit = 0; bit < prefix_; ++bit)
    if (((address.bytes_[bit / 8] ^ address_.bytes_[bit / 8]) >> (7 - bit % 8) & 1) != 0) return false;
  return true;
}

std::string Network::text() const {
  return address_.text() + '/' + std::to_string(prefix_);
}

std::optional<Endpoint> endpoint_of(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    return Endpoint{Address::v4(ntohl(in.sin_addr.s_addr)), ntohs(in.sin_port)};
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return Endpoint{Address::v6(bytes), ntohs(in.sin6_port)};
  }
  return {};
}

std::optional<Address> local_address(int socket) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  const auto endpoint = endpoint_of(storage);
  return endpoint ? endpoint->address : std::nullopt;
}

}  // namespace pysshrp
