#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host.h"
#include "base/named.h"
#include "base/result.h"
#include "ssh/openssl.h"

namespace pysshrp::upstream {

/// A known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), read as OpenSSH reads it: a line that cannot be
/// understood is passed over, and hides no other one.
class KnownHosts {
 public:
  struct Key {
    std::string type;  ///< `ssh-ed25519`
    std::string blob;  ///< as it is on the wire (RFC 4253, section 6.6)
  };
  /// What there is of one host.
  struct Found {
    std::vector<Key> keys;
    std::vector<std::size_t> not_understood;  ///< the numbers of lines that name it and have no key that can be read
    bool has_authority = false;               ///< a @cert-authority line names it
  };

  /// `text` is all of a file.
  static KnownHosts parse(std::string_view text);
  /// One that is not there is empty. The Error says what to do.
  static Result<KnownHosts> read(const std::string& file);

  Found find(const HostName& host, std::uint16_t port) const;
  /// As find(), but no more than one key. Fast where the questions come in the order of the lines; each that there is
  /// no key for takes a look at all lines, which for a hashed name means to compute its hash with each salt.
  Found find_any(const HostName& host, std::uint16_t port);
  /// Whether a @revoked line has this key, of whichever host.
  bool is_revoked(std::string_view blob) const;
  /// The number of its first line with @cert-authority; 0: there is none.
  std::size_t first_authority() const noexcept;

 private:
  enum class Marker { none, authority, revoked, other };
  struct HashedName {
    ssh::HmacSha1::Key salt;
    ssh::HmacSha1::Hash hash;
  };
  struct Line {
    std::size_t number;
    Marker marker;
    std::string hosts;
    std::optional<HashedName> hash;
    std::string type, base64;
  };
  static std::optional<HashedName> read_hash(std::string_view field);
  bool names(const Line& line, std::string_view name) const;
  void look_at(const Line& line, std::string_view name, Found& found) const;
  void parse_line(std::string_view line, std::size_t number);

  std::vector<Line> lines_;
  std::unique_ptr<ssh::HmacSha1> hmac_;  ///< where a line is hashed
  std::size_t next_ = 0;                 ///< where find_any() begins to look
};

/// How a host is named there: `[HOST]:PORT`, and HOST alone at port 22.
std::string known_hosts_name(const HostName& host, std::uint16_t port);

/// A comma separated list of host key algorithms, in its order, but first those for keys of these types: an
/// upstream with several keys is to show the one that is known.
std::string prefer_known(std::string_view algorithms, const std::vector<std::string>& types);

}  // namespace pysshrp::upstream
