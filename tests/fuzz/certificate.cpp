// Any bytes as a certificate that a stranger shows. What is taken for one is made of its own bytes, and grants nothing
// by an authority that has not signed it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "auth/authorized_keys.h"
#include "auth/certificate.h"
#include "auth/certificate_options.h"
#include "auth/fingerprint.h"
#include "auth/key_blob.h"
#include "auth/plain_key.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;

namespace {

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void try_certificate(std::string_view type, std::string_view blob) {
  const auto certificate = auth::parse_certificate(type, blob);
  if (!certificate) {
    require(!certificate.error().what.empty());
    return;
  }
  for (const auto part : {certificate->key_id, certificate->critical_options, certificate->extensions,
                          certificate->authority, certificate->signature})
    require(lies_in(part, blob));
  require(blob.size() == certificate->signed_bytes.size() + 4 + certificate->signature.size());
  require(auth::canonical_key(certificate->authority).has_value());
  if (const auto plain = auth::plain_key(blob)) require(auth::canonical_key(certificate->plain_key) == plain);
  (void)auth::options_of(*certificate);
  // Those of the corpus are signed; another byte is another certificate.
  if (!certificate->verify()) return;
  std::string changed{blob};
  for (const std::size_t at : {std::size_t{40}, changed.size() / 2, certificate->signed_bytes.size() - 1}) {
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto other = auth::parse_certificate(type, changed);
    require(!other || !other->verify());
    changed[at] = static_cast<char>(changed[at] ^ 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view blob{reinterpret_cast<const char*>(data), size};
  try_certificate(ByteReader{blob}.string(), blob);
  if (const auto key = auth::key_of_blob(blob)) {
    require(decode_base64(key->base64) == blob && key->type == ByteReader{blob}.string());
    require(auth::check_verifiable(key->type, key->base64, 0) || auth::is_certificate_type(key->type));
    (void)auth::certificate_name(*key);
    require(!auth::wanted_in_file(*key).empty());
  }
  return 0;
}
