#pragma once
#include <string_view>

/// Key revocation lists that OpenSSH 9.2p1 wrote, as base64. With the keys of keys.h in files:
///   printf 'serial: 7\nserial: 4294967296\nserial: 18446744073709551615\n' > serials
///   echo 'serial: 1000-18446744073709551614' > range
///   seq -f 'serial: %.0f' 101 3 170 > bitmap
///   printf 'id: alice\nid: host.example.org\n' > ids
///   cat kEd25519.pub kRsa2048.pub kP256.pub kSecurityKey.pub > keys
///   echo "sha1: $(cat kEd25519.pub)" > sha1
///   echo "sha256: $(cat kEd25519.pub)" > sha256
///   for i in serials range bitmap ids; do ssh-keygen -k -f $i.krl -z 1 -s kOther.pub $i; done
///   for i in keys sha1 sha256; do ssh-keygen -k -f $i.krl -z 1 $i; done
///   ssh-keygen -k -f any.krl -z 1 -s none ids bitmap
///   ssh-keygen -k -f certificate.krl -z 1 kCertificate.pub
///   ssh-keygen -k -f empty.krl -z 1
///   cp any.krl all.krl; ssh-keygen -k -u -f all.krl -z 2 -s kOther.pub serials range bitmap ids sha1 sha256 keys
namespace pysshrp::auth::krls {

/// 7, 2^32, 2^64-1, of kOther.
inline constexpr std::string_view kSerials =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAAWAAAADMAAAALc3NoLWVkMjU1MTkAAAAgradR"
    "fjguWTS+vYdhBo44koKvTr8J5KzFl05YJHMCG8UAAAAAIAAAABgAAAAAAAAABwAAAAEAAAAA//////////8=";
/// 1000 to 2^64-2, of kOther.
inline constexpr std::string_view kRange =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAAUAAAADMAAAALc3NoLWVkMjU1MTkAAAAgradR"
    "fjguWTS+vYdhBo44koKvTr8J5KzFl05YJHMCG8UAAAAAIQAAABAAAAAAAAAD6P/////////+";
/// 101, 104, ..., 170, of kOther.
inline constexpr std::string_view kBitmap =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAAVQAAADMAAAALc3NoLWVkMjU1MTkAAAAgradR"
    "fjguWTS+vYdhBo44koKvTr8J5KzFl05YJHMCG8UAAAAAIgAAABUAAAAAAAAAZQAAAAkkkkkkkkkkkkk=";
/// alice and host.example.org, of kOther.
inline constexpr std::string_view kKeyIds =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAAXQAAADMAAAALc3NoLWVkMjU1MTkAAAAgradR"
    "fjguWTS+vYdhBo44koKvTr8J5KzFl05YJHMCG8UAAAAAIwAAAB0AAAAFYWxpY2UAAAAQaG9zdC5leGFtcGxlLm9yZw==";
/// Ids and bitmap, of any authority.
inline constexpr std::string_view kAnyAuthority =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAARAAAAAAAAAAAIgAAABUAAAAAAAAAZQAAAAkk"
    "kkkkkkkkkkkjAAAAHQAAAAVhbGljZQAAABBob3N0LmV4YW1wbGUub3Jn";
/// kEd25519, kRsa2048, kP256, kSecurityKey.
inline constexpr std::string_view kKeys =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAACAAACDAAAARcAAAAHc3NoLXJzYQAAAAMBAAEAAAEB"
    "AJKVFyFRes7FsJVp5qMZhUxLkAzC9WrltPYQF42REFG0sgQtkAnzgn2T+wUaaY6zar7WJjJjEwqxf1Dv9sRoyQTnVw+8qyLOe/rX"
    "wRILacOUM0v4/GqsBiG9q2RanRFaYrAiAz84pEdhXPu58fD+UDoht8tii6Es/ggTIEBFQPt8Qnkn9aIHBfxYT32151Apx585oLeC"
    "+Dk7Ytd5kBHLEG+v5fVJQMCQFJPEVfkXnB0XZS+3P1LnGkmoTa4/JFFkhTtQsk2OVgTlKA06gMSsZ0n93Il8860uGmwBbjiNfNPd"
    "3wUGVTt6pfRYZ9nGSI2DxM+wlT4FUBeFvm8se0cC990AAAAzAAAAC3NzaC1lZDI1NTE5AAAAIGayKYNWcEN7a5u5TdaGdIfLKuiG"
    "/giu7oaWATqWXL8uAAAAaAAAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQTsFKtj5Ij96E4IRxeAUXaEhpmB"
    "CynErUcEyI9H/pKIditoljqIH6lS0QXDoXLl9TucNKamD72NGg7gpX4e6bapAAAASgAAABpzay1zc2gtZWQyNTUxOUBvcGVuc3No"
    "LmNvbQAAACAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAARzc2g6";
/// kEd25519.
inline constexpr std::string_view kSha1 =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAADAAAAGAAAABRD8VoXq5XB6IqVfSDdb/TIkkbvYA==";
/// kEd25519: the same file as for `hash: SHA256:...`.
inline constexpr std::string_view kSha256 =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAAFAAAAJAAAACA0Amz9eBShACOzZUpCHNSTgUMgMNxm"
    "k/AT6TidTIr/HQ==";
/// kCertificate, which has no serial number: its key id x, of kOther.
inline constexpr std::string_view kOfCertificate =
    "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAARQAAADMAAAALc3NoLWVkMjU1MTkAAAAgradR"
    "fjguWTS+vYdhBo44koKvTr8J5KzFl05YJHMCG8UAAAAAIwAAAAUAAAABeA==";
/// Nothing.
inline constexpr std::string_view kEmpty = "U1NIS1JMCgAAAAABAAAAAAAAAAEAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAA=";
/// All of the above but kOfCertificate.
inline constexpr std::string_view kAll =
    "U1NIS1JMCgAAAAABAAAAAAAAAAIAAAAAaw3vwwAAAAAAAAAAAAAAAAAAAAABAAAARAAAAAAAAAAAIgAAABUAAAAAAAAAZQAAAAkk"
    "kkkkkkkkkkkjAAAAHQAAAAVhbGljZQAAABBob3N0LmV4YW1wbGUub3JnAQAAAJkAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIK2nUX44"
    "Llk0vr2HYQaOOJKCr06/CeSsxZdOWCRzAhvFAAAAACAAAAAIAAAAAAAAAAciAAAAFQAAAAAAAABlAAAACSSSSSSSSSSSSSEAAAAQ"
    "AAAAAAAAA+j//////////yMAAAAdAAAABWFsaWNlAAAAEGhvc3QuZXhhbXBsZS5vcmcCAAACDAAAARcAAAAHc3NoLXJzYQAAAAMB"
    "AAEAAAEBAJKVFyFRes7FsJVp5qMZhUxLkAzC9WrltPYQF42REFG0sgQtkAnzgn2T+wUaaY6zar7WJjJjEwqxf1Dv9sRoyQTnVw+8"
    "qyLOe/rXwRILacOUM0v4/GqsBiG9q2RanRFaYrAiAz84pEdhXPu58fD+UDoht8tii6Es/ggTIEBFQPt8Qnkn9aIHBfxYT32151Ap"
    "x585oLeC+Dk7Ytd5kBHLEG+v5fVJQMCQFJPEVfkXnB0XZS+3P1LnGkmoTa4/JFFkhTtQsk2OVgTlKA06gMSsZ0n93Il8860uGmwB"
    "bjiNfNPd3wUGVTt6pfRYZ9nGSI2DxM+wlT4FUBeFvm8se0cC990AAAAzAAAAC3NzaC1lZDI1NTE5AAAAIGayKYNWcEN7a5u5TdaG"
    "dIfLKuiG/giu7oaWATqWXL8uAAAAaAAAABNlY2RzYS1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQTsFKtj5Ij96E4IRxeA"
    "UXaEhpmBCynErUcEyI9H/pKIditoljqIH6lS0QXDoXLl9TucNKamD72NGg7gpX4e6bapAAAASgAAABpzay1zc2gtZWQyNTUxOUBv"
    "cGVuc3NoLmNvbQAAACAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHwAAAARzc2g6AwAAABgAAAAUQ/FaF6uVweiKlX0g"
    "3W/0yJJG72AFAAAAJAAAACA0Amz9eBShACOzZUpCHNSTgUMgMNxmk/AT6TidTIr/HQ==";

}  // namespace pysshrp::auth::krls
