#include "monitor/key_agent.h"

#include "base/bytes.h"

namespace pysshrp::monitor {
namespace {

constexpr std::uint8_t kFailure = 5, kRequestIdentities = 11, kIdentitiesAnswer = 12, kSignRequest = 13,
                       kSignResponse = 14;
constexpr std::uint8_t kUserAuthRequest = 50;
constexpr std::size_t kLength = 4;

std::string framed(ByteWriter message) {
  return ByteWriter{}.string(message.view()).release();
}

std::string failure() {
  return framed(std::move(ByteWriter{}.u8(kFailure)));
}

/// The algorithm that the login names (RFC 4252, section 7) over which the signature is made. Nothing: it is none of
/// this key and this user.
std::optional<std::string_view> algorithm_of(std::string_view data, std::string_view blob, const UserName& user) {
  ByteReader signed_data{data};
  const bool has_session = !signed_data.string().empty();
  const bool is_request = signed_data.u8() == kUserAuthRequest && signed_data.string() == user.view() &&
                          signed_data.string() == "ssh-connection" && signed_data.string() == "publickey" &&
                          signed_data.u8() == 1;
  const std::string_view algorithm = signed_data.string();
  const bool is_ours = signed_data.string() == blob && signed_data.ok() && signed_data.left().empty();
  if (!has_session || !is_request || !is_ours) return {};
  return algorithm;
}

}  // namespace

std::optional<std::size_t> agent_message_size(std::string_view begin) noexcept {
  if (begin.size() < kLength) return {};
  return kLength + ByteReader{begin}.u32();
}

std::string agent_answer(std::string_view message, const ssh::SigningKey* key, const UserName& user) {
  ByteReader request{message};
  request.u32();
  const std::uint8_t type = request.u8();
  if (!key) return failure();
  if (type == kRequestIdentities)
    return framed(std::move(ByteWriter{}.u8(kIdentitiesAnswer).u32(1).string(key->blob()).string("upstream_key")));
  const std::string_view blob = request.string(), data = request.string();
  request.u32();  // flags, which libssh sets by what the server has, and not by what it has named
  const auto algorithm = algorithm_of(data, blob, user);
  if (type != kSignRequest || !request.ok() || blob != key->blob() || !algorithm) return failure();
  using RsaHash = ssh::SigningKey::RsaHash;
  const auto hash = algorithm->starts_with("rsa-sha2-512")   ? RsaHash::sha512
                    : algorithm->starts_with("rsa-sha2-256") ? RsaHash::sha256
                                                             : RsaHash::sha1;
  const auto signature = key->sign(data, hash);
  return signature ? framed(std::move(ByteWriter{}.u8(kSignResponse).string(*signature))) : failure();
}

}  // namespace pysshrp::monitor
