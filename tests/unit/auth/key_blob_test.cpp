#include "auth/key_blob.h"

#include "base/base64.h"

#include <gtest/gtest.h>

#include "keys.h"

namespace pysshrp::auth {
namespace {

TEST(Blob, IsDecoded) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(decode_base64("Zm9v\r"), "foo");
  EXPECT_EQ(decode_base64("Z\vg = \f= "), "f");
}

TEST(Blob, NothingElseIsOne) {
  using namespace std::string_view_literals;
  for (const auto text :
       {"Z"sv,    "Zg"sv,       "Zm8"sv,  "Zg="sv,  "Zg==="sv, "Zm8=="sv, "Zm9v="sv,  "="sv,    "=="sv,   "===="sv,
        "Z==="sv, "Zg==Zg=="sv, "Zm=8"sv, "Z=g="sv, "Zh=="sv,  "Zm9="sv,  "Zm9v\0"sv, "Zm9-"sv, "Zm9_"sv, "Zm9\xff"sv})
    EXPECT_FALSE(decode_base64(text)) << text;
}

TEST(Blob, SaysItsType) {
  EXPECT_TRUE(has_type(*decode_base64(keys::kEd25519), "ssh-ed25519"));
  EXPECT_FALSE(has_type(*decode_base64(keys::kEd25519), "ssh-ed2551"));
  EXPECT_FALSE(has_type("", ""));
  EXPECT_FALSE(has_type(std::string_view("\0\0\0\xffssh-rsa", 11), "ssh-rsa"));
}

std::string why_not(std::string_view type, std::string_view base64, unsigned bits = 2048) {
  const auto verifiable = check_verifiable(type, base64, bits);
  return verifiable ? "" : verifiable.error().what;
}

TEST(Verifiable, AreThePlainKeys) {
  EXPECT_EQ(why_not("ssh-ed25519", keys::kEd25519), "");
  EXPECT_EQ(why_not("ecdsa-sha2-nistp256", keys::kP256), "");
  EXPECT_EQ(why_not("ecdsa-sha2-nistp384", keys::kP384), "");
  EXPECT_EQ(why_not("ecdsa-sha2-nistp521", keys::kP521), "");
  EXPECT_EQ(why_not("ssh-rsa", keys::kRsa2048), "");
  EXPECT_EQ(why_not("sk-ssh-ed25519@openssh.com", keys::kSecurityKey), "");
  EXPECT_EQ(why_not("ssh-ed25519-cert-v01@openssh.com", keys::kCertificate), "");
}

TEST(Verifiable, NothingElseIs) {
  EXPECT_EQ(why_not("ssh-ed25519-cert-v01@openssh.com", keys::kCertificate.substr(0, 200)),
            "the certificate cannot be read: it is cut or changed");
  EXPECT_EQ(why_not("ssh-dss-cert-v01@openssh.com", "AAAAHHNzaC1kc3MtY2VydC12MDFAb3BlbnNzaC5jb20="),
            "the certificate is of a type that is not known here");
  EXPECT_EQ(why_not("ssh-dss", "AAAAB3NzaC1kc3M="), "keys of its type are not verified here");
  EXPECT_EQ(why_not("ssh-rsa", keys::kEd25519), "its blob is none of its type");
  EXPECT_EQ(why_not("ssh-rsa", "AAAAB3NzaC1yc2E="), "its blob is none of its type");
  EXPECT_EQ(why_not("ssh-ed25519", "?"), "its blob is none of its type");
}

TEST(Verifiable, AnRsaKeyHasToBeLongEnough) {
  EXPECT_EQ(why_not("ssh-rsa", keys::kRsa1024), "an RSA key of 1024 bits; at least 2048 are wanted");
  EXPECT_EQ(why_not("ssh-rsa", keys::kRsa1024, 1024), "");
  EXPECT_EQ(why_not("ssh-rsa", keys::kRsa2048, 2049), "an RSA key of 2048 bits; at least 2049 are wanted");
}

// Zero bytes in front make a number no longer.
TEST(Verifiable, TheBitsOfAnRsaKeyAreThoseOfItsModulus) {
  EXPECT_EQ(why_not("ssh-rsa", "AAAAB3NzaC1yc2EAAAABAwAAAAQAAAEB"), "an RSA key of 9 bits; at least 2048 are wanted");
  EXPECT_EQ(why_not("ssh-rsa", "AAAAB3NzaC1yc2EAAAABAwAAAAA="), "an RSA key of 0 bits; at least 2048 are wanted");
}

}  // namespace
}  // namespace pysshrp::auth
