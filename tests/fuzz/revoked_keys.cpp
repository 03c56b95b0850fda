// Any bytes as sshd's RevokedKeys file, a KRL or a list of keys.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "auth/plain_key.h"
#include "auth/revoked_keys.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;

namespace {

constexpr std::string_view kMagic{"SSHKRL\n\0", 8};
constexpr std::string_view kBase64 = "AAAAC3NzaC1lZDI1NTE5AAAAIGayKYNWcEN7a5u5TdaGdIfLKuiG/giu7oaWATqWXL8u";
const std::string kKey = *decode_base64(kBase64);
const std::string kAuthority = *decode_base64("AAAAC3NzaC1lZDI1NTE5AAAAIK2nUX44Llk0vr2HYQaOOJKCr06/CeSsxZdOWCRzAhvF");

auth::RevocationSubject certificate(std::uint64_t serial, std::string_view key_id = "") {
  return {kKey, auth::CertificateId{serial, key_id, kAuthority}};
}

std::string section(std::uint8_t type, std::string_view body) {
  return ByteWriter{}.u8(type).string(body).release();
}

/// A KRL's section about the certificates of any authority.
std::string any_authority(std::uint8_t type, std::string_view body) {
  return section(1, ByteWriter{}.string("").string("").raw(section(type, body)).release());
}

/// What the sections of a KRL say of keys and of kAuthority's certificates, read once more and more plainly.
class Statements {
 public:
  explicit Statements(std::string_view file) {
    ByteReader reader{file.substr(kMagic.size())};
    reader.u32(), reader.u64(), reader.u64(), reader.u64(), reader.string(), reader.string();
    while (!reader.left().empty()) {
      const auto type = reader.u8();
      const auto body = reader.string();
      if (type == 1) read_certificates(body);
      if (type == 2) read_strings(body, keys_);
      has_fingerprints_ = has_fingerprints_ || type == 3 || type == 5;
    }
    require(reader.ok());
  }

  bool names(std::uint64_t serial) const {
    for (const auto& [first, last] : ranges_)
      if (serial >= first && serial <= last) return true;
    for (const auto& [first, bits] : bitmaps_) {
      if (serial < first || (serial - first) / 8 >= bits.size()) continue;
      const auto byte = static_cast<std::uint8_t>(bits[bits.size() - 1 - (serial - first) / 8]);
      if ((byte & 1 << (serial - first) % 8) != 0) return true;
    }
    return false;
  }

  bool names(std::string_view key_id) const {
    return std::any_of(key_ids_.begin(), key_ids_.end(), [key_id](std::string_view own) {
      return own == key_id || (own.size() == key_id.size() + 1 && own.starts_with(key_id) && own.back() == '\0');
    });
  }

  bool lists(std::string_view key) const { return std::find(keys_.begin(), keys_.end(), key) != keys_.end(); }
  bool has_fingerprints() const { return has_fingerprints_; }

  /// Serial numbers at and next to every end of a range or bitmap.
  std::vector<std::uint64_t> edges() const {
    std::vector<std::uint64_t> found{0, 1, 5, UINT64_MAX};
    const auto add = [&found](std::uint64_t n) { found.insert(found.end(), {n - 1, n, n + 1}); };
    for (std::size_t i = 0; i < ranges_.size() && i < 16; ++i) add(ranges_[i].first), add(ranges_[i].second);
    for (std::size_t i = 0; i < bitmaps_.size() && i < 16; ++i)
      for (const std::size_t at : {std::size_t{0}, std::size_t{7}, bitmaps_[i].second.size() * 8})
        add(bitmaps_[i].first + at);
    return found;
  }
  const std::vector<std::string_view>& key_ids() const { return key_ids_; }

 private:
  void read_certificates(std::string_view body) {
    ByteReader reader{body};
    const auto authority = reader.string();
    reader.string();
    if (!authority.empty() && auth::plain_key(authority) != kAuthority) return;
    while (!reader.left().empty()) {
      const auto type = reader.u8();
      ByteReader inner{reader.string()};
      while (type == 0x20 && !inner.left().empty()) {
        const auto serial = inner.u64();
        ranges_.emplace_back(serial, serial);
      }
      const auto first = type == 0x21 || type == 0x22 ? inner.u64() : 0;
      if (type == 0x21) ranges_.emplace_back(first, inner.u64());
      if (type == 0x22) bitmaps_.emplace_back(first, inner.string());
      if (type == 0x23) read_strings(inner.left(), key_ids_);
    }
  }

  static void read_strings(std::string_view body, std::vector<std::string_view>& to) {
    for (ByteReader reader{body}; reader.ok() && !reader.left().empty();) to.push_back(reader.string());
  }

  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;
  std::vector<std::pair<std::uint64_t, std::string_view>> bitmaps_;
  std::vector<std::string_view> key_ids_, keys_;
  bool has_fingerprints_ = false;
};

/// A KRL revokes what its sections say, no more, no less.
void require_said(std::string_view file, const auth::RevokedKeys& revoked) {
  const Statements said{file};
  const bool key = said.lists(kKey), either = key || said.lists(kAuthority);
  if (said.has_fingerprints()) return;
  require(revoked.revokes({kKey}) == key);
  for (const auto serial : said.edges())
    require(revoked.revokes(certificate(serial)) == (either || said.names(serial) || said.names("")));
  for (const std::string_view key_id : {"alice", "x"})
    require(revoked.revokes(certificate(0, key_id)) == (either || said.names(key_id)));
  for (std::size_t i = 0; i < said.key_ids().size() && i < 16; ++i)
    require(revoked.revokes(certificate(0, said.key_ids()[i])));
}

auth::RevokedKeys parsed(const std::string& file) {
  auto revoked = auth::RevokedKeys::parse(file);
  require(revoked.has_value());
  return *std::move(revoked);
}

/// What is added revokes, and takes nothing back; what is no section is no KRL.
void try_krl(const std::string& file, const auth::RevokedKeys& revoked) {
  require_said(file, revoked);
  require(parsed(file + section(2, "")).revokes({kKey}) == revoked.revokes({kKey}));
  require(parsed(file + section(2, ByteWriter{}.string(kKey).release())).revokes({kKey}));
  const auto all = parsed(file + any_authority(0x21, ByteWriter{}.u64(1).u64(UINT64_MAX).release()));
  require(all.revokes(certificate(1)) && all.revokes(certificate(UINT64_MAX)));
  require(all.revokes(certificate(0)) == revoked.revokes(certificate(0)));
  require(all.revokes({kKey}) == revoked.revokes({kKey}));
  for (const auto& broken : {file + '\0', file + '\1', file.substr(0, file.size() - 1) + "\xff\xff",
                             file + section(9, ""), file + any_authority(0x21, ByteWriter{}.u64(2).u64(1).release()),
                             file + any_authority(0x20, ByteWriter{}.u64(0).release())})
    require(!auth::RevokedKeys::parse(broken));
}

void try_list(const std::string& file, const auth::RevokedKeys& revoked) {
  for (const auto& subject : {auth::RevocationSubject{kKey}, auth::RevocationSubject{kAuthority}, certificate(5)}) {
    const bool is_revoked = revoked.revokes(subject);
    require(parsed(file + "\n# x\n").revokes(subject) == is_revoked);
    require(parsed("\n" + file).revokes(subject) == is_revoked);
    require(!is_revoked || file.find_first_not_of("# \t\n") != file.npos);
  }
  const auto more = parsed(file + "\nssh-ed25519 " + std::string{kBase64} + " x\n");
  require(more.revokes({kKey}) && more.revokes(certificate(0)));
  require(!auth::RevokedKeys::parse(file + "\nx y\n"));
}

/// A key that is written once more stays itself.
void try_key(std::string_view blob) {
  const auto key = auth::plain_key(blob);
  const auto canonical = auth::canonical_key(blob);
  require(!canonical || canonical == key);
  if (!key) return;
  require(auth::canonical_key(*key) == key && !auth::plain_key(*key + 'x') &&
          !auth::plain_key(std::string{blob} + 'x'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string file{reinterpret_cast<const char*>(data), size};
  try_key(file);
  const auto revoked = auth::RevokedKeys::parse(file);
  if (!revoked) {
    require(!revoked.error().what.empty() && revoked.error().what.size() < 120 &&
            fuzz::is_plain_component(revoked.error().what));
    return 0;
  }
  require(revoked->revokes({"no key"}));
  file.starts_with(kMagic) ? try_krl(file, *revoked) : try_list(file, *revoked);
  return 0;
}
