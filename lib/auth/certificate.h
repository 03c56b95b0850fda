#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pysshrp::auth {

/// Whether a key of this type is shown with a certificate.
bool is_certificate_type(std::string_view type) noexcept;

/// An OpenSSH certificate of a user (PROTOCOL.certkeys) as its bytes say, which it refers to. It is the word of
/// whoever shows it, until verify() has succeeded for an authority that is trusted.
struct Certificate {
  std::string plain_key;  ///< the blob of what is certified, by itself
  std::uint64_t serial = 0;
  std::string_view key_id;
  std::vector<std::string_view> principals;
  std::uint64_t valid_after = 0, valid_before = 0;  ///< seconds since 1970; before the second one
  std::string_view critical_options, extensions;    ///< names and values, see certificate_options.h
  std::string_view authority;                       ///< the blob of its public key
  std::string_view signed_bytes, signature;

  /// Whether the authority has signed it.
  Status verify() const;
  /// Whether it holds now, for one of these principals. None: for nobody.
  Status holds_for(const std::vector<std::string>& principals, std::chrono::system_clock::time_point now) const;
};

/// Reads the blob of a certificate. An Error: it is none, of a host, or something is behind it.
Result<Certificate> parse_certificate(std::string_view type, std::string_view blob);

}  // namespace pysshrp::auth
