#pragma once
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pysshrp {

/// How many leading bits of an address count as one source (sshd_config(5): PerSourceNetBlockSize).
struct NetBlockSize {
  unsigned v4 = 32, v6 = 64;
  bool operator==(const NetBlockSize&) const = default;
};

/// An IPv4 or IPv6 address. A v4-mapped IPv6 address is the IPv4 address it maps.
class Address {
 public:
  /// Numeric text without brackets; nothing for anything else.
  static std::optional<Address> parse(std::string_view text);
  static Address v4(std::uint32_t host_order) noexcept;
  static Address v6(const std::array<std::uint8_t, 16>& bytes) noexcept;
  std::string text() const;
  bool is_v4() const noexcept { return v4_; }
  /// IPv6 fe80::/10 (RFC 4291, section 2.5.6), which means nothing without an interface.
  bool is_link_local() const noexcept { return !v4_ && bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80; }
  /// An IPv4 address as the IPv6 address that is mapped to it (RFC 4291, section 2.5.5.2).
  std::array<std::uint8_t, 16> as_v6() const noexcept;
  /// The first address of its block.
  Address block(NetBlockSize size) const noexcept;
  bool operator==(const Address&) const = default;

 private:
  friend class Network;
  std::array<std::uint8_t, 16> bytes_{};  // an IPv4 address stands in the first four
  bool v4_ = false;
};

/// One end of a TCP connection.
struct Endpoint {
  std::optional<Address> address;  ///< nothing on a Unix socket
  std::uint16_t port = 0;
};

/// Nothing: of another family than IPv4 and IPv6.
std::optional<Endpoint> endpoint_of(const sockaddr_storage& address) noexcept;
/// Where a connected socket comes from; nothing where that is no IP address.
std::optional<Address> local_address(int socket) noexcept;

/// A CIDR block (RFC 4632): an address and how many of its leading bits count.
class Network {
 public:
  /// `192.0.2.0/24`, `2001:db8::/32`, or one address. Nothing for anything else, also where bits beyond the prefix are
  /// set.
  static std::optional<Network> parse(std::string_view text);
  bool contains(const Address& address) const noexcept;
  std::string text() const;

 private:
  Address address_;
  unsigned prefix_ = 0;
};

}  // namespace pysshrp
