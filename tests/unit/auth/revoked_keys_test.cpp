#include "auth/revoked_keys.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "auth/plain_key.h"
#include "base/base64.h"
#include "base/bytes.h"
#include "keys.h"
#include "krls.h"

namespace pysshrp::auth {
namespace {

using namespace std::string_literals;

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

std::string decoded(std::string_view base64) {
  return decode_base64(base64).value_or("is not base64");
}

const std::string kKey = decoded(keys::kEd25519);
const std::string kOther = decoded(keys::kOther);
const std::string kThird = decoded(keys::kP256);

std::string fault(std::string_view file) {
  const auto revoked = RevokedKeys::parse(file);
  return revoked ? "" : revoked.error().what;
}

/// Nothing: the file is an Error.
std::optional<bool> revokes(std::string_view file, const RevocationSubject& subject) {
  const auto revoked = RevokedKeys::parse(file);
  if (!revoked) return {};
  return revoked->revokes(subject);
}

bool revokes_key(std::string_view file, std::string_view base64) {
  return revokes(file, {decoded(base64)}).value();
}

/// A certificate of a key that no list here names.
RevocationSubject certificate(std::uint64_t serial, std::string_view key_id = "", std::string_view authority = kOther) {
  return {kThird, CertificateId{serial, key_id, authority}};
}

std::vector<std::uint64_t> revoked_of(std::string_view file, const std::vector<std::uint64_t>& serials,
                                      std::string_view authority = kOther) {
  std::vector<std::uint64_t> found;
  for (const auto serial : serials)
    if (revokes(file, certificate(serial, "", authority)).value()) found.push_back(serial);
  return found;
}

using Serials = std::vector<std::uint64_t>;

std::string header(std::uint32_t version = 1, std::string_view comment = "") {
  ByteWriter out;
  out.raw({"SSHKRL\n\0", 8}).u32(version).u64(0).u64(0).u64(0).string("").string(comment);
  return out.release();
}

std::string section(std::uint8_t type, std::string_view body) {
  return ByteWriter{}.u8(type).string(body).release();
}

std::string krl(std::uint8_t type, std::string_view body) {
  return header() + section(type, body);
}

std::string of_authority(std::string_view key, std::string_view sections) {
  return section(1, ByteWriter{}.string(key).string("").raw(sections).release());
}

/// A KRL with this section of the certificates of kOther.
std::string certificates(std::uint8_t type, std::string_view body) {
  return header() + of_authority(kOther, section(type, body));
}

std::string serials(const Serials& numbers) {
  ByteWriter out;
  for (const auto number : numbers) out.u64(number);
  return out.release();
}

std::string bitmap(std::uint64_t first, std::string_view bits) {
  return certificates(0x22, ByteWriter{}.u64(first).string(bits).release());
}

TEST(RevokedKeys, ASerialListNamesCertificatesOfItsAuthority) {
  const auto file = decoded(krls::kSerials);
  const Serials asked{0, 1, 6, 7, 8, 0xffffffff, 0x100000000, 0x100000001, kMost - 1, kMost};
  EXPECT_EQ(revoked_of(file, asked), (Serials{7, 0x100000000, kMost}));
  EXPECT_TRUE(revoked_of(file, asked, kKey).empty());
}

TEST(RevokedKeys, ARangeHasBothItsEnds) {
  const auto file = decoded(krls::kRange);
  const Serials asked{0, 999, 1000, 1001, kMost / 2, kMost - 2, kMost - 1, kMost};
  EXPECT_EQ(revoked_of(file, asked), (Serials{1000, 1001, kMost / 2, kMost - 2, kMost - 1}));
  EXPECT_TRUE(revoked_of(file, asked, kKey).empty());
}

TEST(RevokedKeys, ABitmapHasItsBits) {
  Serials asked, wanted;
  for (std::uint64_t serial = 0; serial < 300; ++serial) {
    asked.push_back(serial);
    if (serial >= 101 && serial <= 170 && serial % 3 == 2) wanted.push_back(serial);
  }
  EXPECT_EQ(revoked_of(decoded(krls::kBitmap), asked), wanted);
  EXPECT_TRUE(revoked_of(decoded(krls::kBitmap), asked, kKey).empty());
  EXPECT_EQ(revoked_of(decoded(krls::kAnyAuthority), asked), wanted);
  EXPECT_EQ(revoked_of(decoded(krls::kAnyAuthority), asked, kKey), wanted);
}

TEST(RevokedKeys, AKeyIdIsTheWholeOne) {
  const auto file = decoded(krls::kKeyIds), any = decoded(krls::kAnyAuthority);
  for (const auto* const key_id : {"alice", "host.example.org"}) {
    EXPECT_TRUE(*revokes(file, certificate(0, key_id)));
    EXPECT_TRUE(*revokes(file, certificate(5, key_id)));
    EXPECT_FALSE(*revokes(file, certificate(0, key_id, kKey)));
    EXPECT_TRUE(*revokes(any, certificate(0, key_id, kKey)));
  }
  for (const auto* const key_id : {"", "Alice", "alic", "alice ", "alicex", "*"})
    EXPECT_FALSE(*revokes(any, certificate(0, key_id)));
  EXPECT_TRUE(*revokes(file, certificate(0, {"alice\0", 6})));
}

TEST(RevokedKeys, WhatIsNoCertificateHasNoSerialNumber) {
  for (const auto& file : {decoded(krls::kSerials), decoded(krls::kAnyAuthority), decoded(krls::kAll)}) {
    auto subject = certificate(7, "alice");
    EXPECT_TRUE(*revokes(file, subject));
    subject.certificate.reset();
    subject.plain_key = kOther;
    EXPECT_FALSE(*revokes(file, subject));
  }
}

TEST(RevokedKeys, KeysAndFingerprintsNameKeys) {
  for (const auto krl : {krls::kKeys, krls::kSha1, krls::kSha256, krls::kAll}) {
    const auto file = decoded(krl);
    EXPECT_TRUE(revokes_key(file, keys::kEd25519));
    EXPECT_FALSE(revokes_key(file, keys::kOther));
    EXPECT_FALSE(revokes_key(file, keys::kP384));
  }
  for (const auto key : {keys::kRsa2048, keys::kP256, keys::kSecurityKey})
    EXPECT_TRUE(revokes_key(decoded(krls::kKeys), key));
}

TEST(RevokedKeys, ACertificateGoesWithItsKeyAndWithItsAuthority) {
  for (const auto krl : {krls::kKeys, krls::kSha1, krls::kSha256}) {
    const auto file = decoded(krl);
    EXPECT_TRUE(*revokes(file, {kKey, CertificateId{1, "", kOther}}));
    EXPECT_TRUE(*revokes(file, {kOther, CertificateId{1, "", kKey}}));
    EXPECT_FALSE(*revokes(file, {kOther, CertificateId{1, "", kOther}}));
  }
}

TEST(RevokedKeys, ACertificateWithoutSerialNumberIsRevokedByItsKeyId) {
  EXPECT_TRUE(*revokes(decoded(krls::kOfCertificate), {kKey, CertificateId{0, "x", kOther}}));
  EXPECT_FALSE(*revokes(decoded(krls::kOfCertificate), {kKey, CertificateId{0, "y", kOther}}));
  EXPECT_FALSE(*revokes(decoded(krls::kOfCertificate), {kKey}));
}

TEST(RevokedKeys, AnEmptyListRevokesNothing) {
  for (const auto& file : {decoded(krls::kEmpty), ""s, "\n"s, "# nothing\n \t \n"s}) {
    EXPECT_FALSE(revokes_key(file, keys::kEd25519));
    EXPECT_FALSE(*revokes(file, certificate(1, "alice")));
  }
}

TEST(RevokedKeys, WhatIsNoKeyIsRevoked) {
  const auto file = decoded(krls::kEmpty);
  for (const auto& blob :
       {""s, "ssh-ed25519"s, kKey + "x", kKey.substr(0, kKey.size() - 1), decoded(keys::kCertificate)}) {
    EXPECT_TRUE(*revokes(file, {blob}));
    EXPECT_TRUE(*revokes(file, {kKey, CertificateId{1, "", blob}}));
  }
}

/// What begins a KRL and ends with a section is a KRL; nothing else of it is.
TEST(RevokedKeys, WhatIsCutShortIsAnError) {
  for (const auto krl : {krls::kSerials, krls::kRange, krls::kBitmap, krls::kKeyIds, krls::kAnyAuthority, krls::kKeys,
                         krls::kSha1, krls::kSha256, krls::kOfCertificate, krls::kEmpty, krls::kAll}) {
    const auto file = decoded(krl);
    std::set<std::size_t> whole{0};  // an empty list of keys
    for (ByteReader reader{std::string_view{file}.substr(44)};; reader.u8(), reader.string()) {
      ASSERT_TRUE(reader.ok());
      whole.insert(file.size() - reader.left().size());
      if (reader.left().empty()) break;
    }
    for (std::size_t size = 0; size <= file.size(); ++size)
      EXPECT_EQ(fault(std::string_view{file}.substr(0, size)).empty(), whole.count(size) == 1) << size;
    EXPECT_NE(fault(file + '\0'), "");
    EXPECT_NE(fault(file + '\n'), "");
    EXPECT_NE(fault(file + file), "");
  }
}

/// A wrong length anywhere within sections is seen, for every length is needed.
TEST(RevokedKeys, ALengthThatIsWrongIsAnError) {
  const auto file = decoded(krls::kAll);
  std::size_t lengths = 0;
  for (std::size_t at = 44; at + 4 <= file.size(); ++at) {
    const auto length = load_big_endian(std::string_view{file}.substr(at, 4));
    if (length == 0 || length > file.size() - at - 4) continue;
    for (const std::uint64_t wrong : {length + 1, length - 1, 0xffffffffUL, 0x7fffffffUL}) {
      auto broken = file;
      store_big_endian(std::span{broken}.subspan(at, 4), wrong);
      lengths += fault(broken).empty() ? 0 : 1;
      EXPECT_FALSE(fault(broken).size() > 200);
    }
  }
  EXPECT_GT(lengths, 100U);
}

TEST(RevokedKeys, TheHeaderIsRead) {
  EXPECT_EQ(fault(header()), "");
  EXPECT_EQ(fault(header(1, "of 2026")), "");
  EXPECT_EQ(fault(header(1, {"of 2026\0", 8})), "");
  EXPECT_EQ(fault(header(1, {"of\0002026", 7})), "byte 40: the header is cut short, or its comment has a NUL");
  EXPECT_EQ(fault(header(0)), "byte 8: format version 0 is not known");
  EXPECT_EQ(fault(header(2)), "byte 8: format version 2 is not known");
  EXPECT_EQ(
      fault(
          ByteWriter{}.raw({"SSHKRL\n\0", 8}).u32(1).u64(kMost).u64(kMost).u64(kMost).string("x").string("").release()),
      "");
  EXPECT_EQ(fault("sshkrl\n\0"s + header().substr(8)), "line 1: no public key, or of a type that is not known");
  EXPECT_EQ(fault(" " + header()), "line 1: no public key, or of a type that is not known");
  EXPECT_EQ(fault("\n" + header()), "line 2: no public key, or of a type that is not known");
}

TEST(RevokedKeys, WhatIsNotKnownIsAnError) {
  EXPECT_EQ(fault(krl(9, "")), "byte 44: a section of type 9 is not known");
  EXPECT_EQ(fault(krl(0, "")), "byte 44: a section of type 0 is not known");
  EXPECT_EQ(fault(certificates(0x24, "")), "byte 108: a section of certificates of type 36 is not known");
  EXPECT_EQ(fault(header() + section(4, kKey) + ByteWriter{}.string("signature").release()),
            "byte 44: signatures are not supported");
  for (const bool critical : {false, true}) {
    const auto extension = ByteWriter{}.string("x@example.org").u8(critical ? 1 : 0).string("").release();
    EXPECT_EQ(fault(krl(255, extension)), "byte 44: extensions are not supported");
    EXPECT_EQ(fault(certificates(0x39, extension)), "byte 108: extensions are not supported");
  }
}

TEST(RevokedKeys, SectionsComeInAnyOrderAndNumber) {
  const auto list = of_authority(kOther, section(0x20, serials({9, 3, 9, 4})) + section(0x21, serials({2, 5})));
  const auto more = of_authority(kOther, section(0x21, serials({6, 7})) + section(0x20, serials({kMost, 1})));
  const auto any = of_authority("", section(0x20, serials({20})));
  const auto file = header() + section(5, "") + list + any + section(2, "") + of_authority(kKey, "") + more +
                    section(3, "") + of_authority("", "") + list;
  EXPECT_EQ(revoked_of(file, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, kMost - 1, kMost}),
            (Serials{1, 2, 3, 4, 5, 6, 7, 9, 20, kMost}));
  EXPECT_EQ(revoked_of(file, {1, 9, 20}, kKey), (Serials{20}));
}

TEST(RevokedKeys, SerialNumbersAreCheckedAsOpenSshDoes) {
  EXPECT_EQ(fault(certificates(0x20, serials({1, 0}))), "byte 108: serial number 0");
  EXPECT_EQ(fault(certificates(0x20, serials({1}) + "1234567")), "byte 108: a serial number is cut short");
  EXPECT_EQ(fault(certificates(0x20, "")), "");
  EXPECT_EQ(fault(certificates(0x21, serials({0, 1}))), "byte 108: serial number 0");
  EXPECT_EQ(fault(certificates(0x21, serials({2, 1}))), "byte 108: a range of serial numbers ends before it begins");
  EXPECT_EQ(fault(certificates(0x21, serials({1}))), "byte 108: a range of serial numbers is cut short");
  EXPECT_EQ(fault(certificates(0x21, serials({1, 2, 3}))), "byte 108: a section's length does not fit its fields");
  EXPECT_EQ(revoked_of(certificates(0x21, serials({1, kMost})), {0, 1, kMost}), (Serials{1, kMost}));
  EXPECT_EQ(revoked_of(certificates(0x21, serials({5, 5})), {4, 5, 6}), (Serials{5}));
}

TEST(RevokedKeys, BitmapsAreCheckedAsOpenSshDoes) {
  const std::string beyond = "byte 108: a bitmap of serial numbers beyond 64 bits";
  const std::string malformed = "byte 108: a bitmap of serial numbers is cut short, negative or too long";
  EXPECT_EQ(revoked_of(bitmap(5, ""), {0, 5}), Serials{});
  EXPECT_EQ(revoked_of(bitmap(5, {"\0\0", 2}), {0, 5}), Serials{});
  EXPECT_EQ(revoked_of(bitmap(5, {"\0\x81", 2}), {4, 5, 6, 11, 12, 13}), (Serials{5, 12}));
  EXPECT_EQ(fault(bitmap(0, "\x01")), "byte 108: serial number 0");
  EXPECT_EQ(revoked_of(bitmap(0, "\x02"), {0, 1, 2}), (Serials{1}));
  EXPECT_EQ(revoked_of(bitmap(kMost, "\x01"), {0, kMost}), (Serials{kMost}));
  EXPECT_EQ(revoked_of(bitmap(kMost - 1, "\x03"), {0, kMost - 1, kMost}), (Serials{kMost - 1, kMost}));
  EXPECT_EQ(fault(bitmap(kMost, "\x03")), beyond);
  EXPECT_EQ(fault(bitmap(kMost - 1, "\x04")), beyond);
  EXPECT_EQ(fault(bitmap(5, "\x81")), malformed);
  EXPECT_EQ(fault(certificates(0x22, serials({5}))), malformed);
  EXPECT_EQ(fault(bitmap(5, "\x7f" + std::string(2047, '\xff'))), "");
  EXPECT_EQ(fault(bitmap(5, "\0"s + std::string(2048, '\xff'))), "");
  EXPECT_EQ(fault(bitmap(5, "\x01" + std::string(2048, '\xff'))), malformed);
  EXPECT_EQ(fault(bitmap(5, "\0\0"s + std::string(2048, '\xff'))), malformed);
  EXPECT_EQ(fault(certificates(0x22, ByteWriter{}.u64(5).string("\x01").u8(0).release())),
            "byte 108: a section's length does not fit its fields");
}

TEST(RevokedKeys, KeyIdsAreTextsOfC) {
  EXPECT_EQ(fault(certificates(0x23, "")), "");
  EXPECT_EQ(fault(certificates(0x23, ByteWriter{}.string({"a\0b", 3}).release())),
            "byte 108: a key id is cut short, or has a NUL");
  const auto file = certificates(0x23, ByteWriter{}.string({"a\0", 2}).string("").release());
  EXPECT_TRUE(*revokes(file, certificate(1, "a")));
  EXPECT_TRUE(*revokes(file, certificate(1, "")));
  EXPECT_FALSE(*revokes(file, certificate(1, "b")));
}

TEST(RevokedKeys, AnAuthoritysKeyMustBeOne) {
  const std::string no_key = "byte 44: an authority's key is malformed, or of a type that is not known";
  for (const auto& key : {"x"s, kOther + '\0', kOther.substr(1), ByteWriter{}.string("ssh-dss").string("").release()})
    EXPECT_EQ(fault(header() + of_authority(key, "")), no_key);
  EXPECT_EQ(fault(krl(1, "")), "byte 44: a section is cut short");
  EXPECT_EQ(fault(krl(1, ByteWriter{}.string("").release())), "byte 44: a section is cut short");
}

TEST(RevokedKeys, OfKeysAndFingerprintsOnlyLengthsAreChecked) {
  const auto one = [](std::size_t size) { return ByteWriter{}.string(std::string(size, 'x')).release(); };
  EXPECT_EQ(fault(krl(2, one(0) + one(5))), "");
  EXPECT_EQ(fault(krl(2, one(5) + "123")), "byte 44: a key or fingerprint is cut short");
  EXPECT_EQ(fault(krl(3, one(20) + one(20))), "");
  EXPECT_EQ(fault(krl(3, one(20) + one(32))), "byte 44: a fingerprint of a wrong length");
  EXPECT_EQ(fault(krl(5, one(20))), "byte 44: a fingerprint of a wrong length");
}

TEST(RevokedKeys, AKeyIsFoundHoweverItsNumbersAreWritten) {
  const auto rsa = decoded(keys::kRsa2048);
  ByteReader fields{rsa};
  const auto type = fields.string(), e = fields.string(), n = fields.string();
  const auto padded =
      ByteWriter{}.string(type).string("\0\0"s + std::string{e}).string("\0"s + std::string{n}).release();
  EXPECT_TRUE(*revokes(decoded(krls::kKeys), {padded}));
  EXPECT_TRUE(*revokes("ssh-rsa " + std::string{keys::kRsa2048}, {kKey, CertificateId{1, "", padded}}));
  EXPECT_EQ(*revokes(header() + of_authority(padded, section(0x20, serials({5}))), certificate(5, "", rsa)), true);
}

TEST(RevokedKeys, ALongListTakesNoTime) {
  Serials numbers;
  for (std::uint64_t n = 130'000; n > 0; --n) numbers.push_back(n * 2);
  const auto file = certificates(0x20, serials(numbers));
  EXPECT_EQ(revoked_of(file, {1, 2, 3, 259'999, 260'000, 260'001}), (Serials{2, 260'000}));
}

TEST(RevokedKeys, ATextHasAKeyInEachLine) {
  const auto ed25519 = "ssh-ed25519 " + std::string{keys::kEd25519};
  const auto rsa = "ssh-rsa " + std::string{keys::kRsa2048};
  for (const auto& file : {ed25519, ed25519 + "\n", ed25519 + "\r\n", ed25519 + " lost\r\n", " \t" + ed25519,
                           "# lost\n\n  # more\n" + rsa + "\n" + ed25519 + "\tme@home", ed25519 + "\n" + rsa + "\n"}) {
    EXPECT_TRUE(revokes_key(file, keys::kEd25519)) << file;
    EXPECT_FALSE(revokes_key(file, keys::kOther)) << file;
    EXPECT_TRUE(*revokes(file, {kKey, CertificateId{1, "", kOther}})) << file;
    EXPECT_TRUE(*revokes(file, {kOther, CertificateId{1, "", kKey}})) << file;
    EXPECT_FALSE(*revokes(file, {kOther, CertificateId{1, "", kOther}})) << file;
  }
}

TEST(RevokedKeys, EveryTypeOfKeyCanStandInALine) {
  using namespace keys;
  const std::pair<std::string, std::string_view> all[] = {
      {"ssh-ed25519", kEd25519},      {"ecdsa-sha2-nistp256", kP256}, {"ecdsa-sha2-nistp384", kP384},
      {"ecdsa-sha2-nistp521", kP521}, {"ssh-rsa", kRsa2048},          {"sk-ssh-ed25519@openssh.com", kSecurityKey},
      {"rsa-sha2-512", kRsa1024}};
  std::string file;
  for (const auto& [type, base64] : all) file += type + ' ' + std::string{base64} + '\n';
  for (const auto& [type, base64] : all) EXPECT_TRUE(revokes_key(file, base64)) << type;
  EXPECT_FALSE(revokes_key(file, keys::kOther));
}

TEST(RevokedKeys, ACertificateInALineIsItsKey) {
  const auto file = "ssh-ed25519-cert-v01@openssh.com " + std::string{keys::kCertificate};
  EXPECT_TRUE(revokes_key(file, keys::kEd25519));
  EXPECT_FALSE(revokes_key(file, keys::kOther));
  EXPECT_TRUE(*revokes(header() + of_authority(decoded(keys::kCertificate), section(0x20, serials({5}))),
                       certificate(5, "", kKey)));
}

TEST(RevokedKeys, EveryOtherLineIsAnError) {
  const std::string base64{keys::kEd25519}, key = "ssh-ed25519 " + base64;
  for (const auto& line : {"nonsense"s,
                           "\r"s,
                           "\0"s,
                           "ssh-ed25519"s,
                           "ssh-ed25519 "s,
                           "ssh-ed25519 AAAA"s,
                           base64,
                           "ssh-rsa " + base64,
                           "SSH-ED25519 " + base64,
                           "restrict " + key,
                           "ssh-ed25519 x" + base64,
                           key + "=",
                           key.substr(0, key.size() - 4),
                           key + "AAAA",
                           "\0"s + key,
                           "ssh-ed25519 \0"s + base64,
                           "\xef\xbb\xbf" + key,
                           "ssh-ed25519-cert-v01@openssh.com " + base64,
                           "ssh-ed25519 " + std::string{keys::kCertificate},
                           "-----BEGIN OPENSSH PRIVATE KEY-----"s,
                           "ssh-dss AAAAB3NzaC1kc3MAAAAA"s})
    EXPECT_EQ(fault(key + "\n" + line + "\n"), "line 2: no public key, or of a type that is not known") << line;
}

TEST(PlainKey, OfACertificateIsTheCertifiedKey) {
  const auto blob = decoded(keys::kCertificate);
  EXPECT_EQ(plain_key(blob), kKey);
  EXPECT_EQ(canonical_key(blob), std::nullopt);
  for (std::size_t size = 0; size < blob.size(); ++size) EXPECT_EQ(plain_key(blob.substr(0, size)), std::nullopt);
  EXPECT_EQ(plain_key(blob + "x"), std::nullopt);
}

TEST(PlainKey, OfAPlainKeyIsItself) {
  for (const auto base64 :
       {keys::kEd25519, keys::kP256, keys::kP384, keys::kP521, keys::kRsa1024, keys::kRsa2048, keys::kSecurityKey}) {
    const auto blob = decoded(base64);
    EXPECT_EQ(plain_key(blob), blob);
    EXPECT_EQ(canonical_key(blob), blob);
    for (std::size_t size = 0; size < blob.size(); ++size) EXPECT_EQ(plain_key(blob.substr(0, size)), std::nullopt);
    EXPECT_EQ(plain_key(blob + "x"), std::nullopt);
  }
}

TEST(PlainKey, OfAnotherCurveOrFormIsNone) {
  const std::string point = kThird.substr(kThird.size() - 65);
  const auto key = [](std::string_view type, std::string_view curve, std::string_view bytes) {
    return plain_key(ByteWriter{}.string(type).string(curve).string(bytes).release()).has_value();
  };
  EXPECT_TRUE(key("ecdsa-sha2-nistp256", "nistp256", point));
  EXPECT_FALSE(key("ecdsa-sha2-nistp256", "nistp384", point));
  EXPECT_FALSE(key("ecdsa-sha2-nistp384", "nistp384", point));
  EXPECT_FALSE(key("ecdsa-sha2-nistp256", "nistp256", '\x02' + point.substr(1, 32)));  // the odd or even one of it
  EXPECT_FALSE(key("ecdsa-sha2-nistp256", "nistp256", '\x03' + point.substr(1, 32)));
  EXPECT_FALSE(key("ecdsa-sha2-nistp256", "nistp256", point.substr(0, 64) + static_cast<char>(point.back() ^ 1)));
  EXPECT_FALSE(key("ecdsa-sha2-nistp256", "nistp256", {"\0", 1}));
  EXPECT_FALSE(key("ecdsa-sha2-nistp256", "nistp256", ""));
  EXPECT_TRUE(key("ssh-rsa", "\x03", "\x7f"));
  EXPECT_FALSE(key("ssh-rsa", "\x03", "\x80"));
}

}  // namespace
}  // namespace pysshrp::auth
