#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// SSH's data types (RFC 4251, section 5), and numbers that a seed determines.
namespace peer {

/// Message numbers: RFC 4250, section 4.1.
enum Type : std::uint8_t {
  kDisconnect = 1,
  kIgnore,
  kUnimplemented,
  kDebug,
  kServiceRequest,
  kServiceAccept,
  kKexInit = 20,
  kNewKeys,
  kEcdhInit = 30,
  kEcdhReply,
  kUserauthRequest = 50,
  kUserauthFailure,
  kUserauthSuccess,
  kUserauthBanner,
  kUserauthInfoRequest = 60,
  kUserauthInfoResponse,
  kGlobalRequest = 80,
  kRequestSuccess,
  kRequestFailure,
  kChannelOpen = 90,
  kOpenConfirmation,
  kOpenFailure,
  kWindowAdjust,
  kData,
  kExtendedData,
  kEof,
  kClose,
  kChannelRequest,
  kChannelSuccess,
  kChannelFailure
};

/// A payload under construction.
class Message {
 public:
  Message() = default;
  explicit Message(std::uint8_t type) { byte(type); }
  Message& byte(std::uint8_t value) { return raw({reinterpret_cast<const char*>(&value), 1}); }
  Message& flag(bool value) { return byte(value ? 1 : 0); }
  Message& number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) byte(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  Message& text(std::string_view value) { return number(static_cast<std::uint32_t>(value.size())).raw(value); }
  Message& raw(std::string_view value) {
    bytes.append(value);
    return *this;
  }

  std::string bytes;
};

/// Reads a payload; what is missing reads as zero and as nothing.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::string_view raw(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint8_t byte() {
    const std::string_view taken = raw(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken[0]);
  }
  bool flag() { return byte() != 0; }
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | byte();
    return value;
  }
  std::string_view text() { return raw(number()); }

 private:
  std::string_view rest_;
};

/// SplitMix64: the same seed, the same numbers, on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// A generator for the part number `index` of what `seed` determines.
  Random(std::uint64_t seed, std::uint64_t index) : state_(Random(seed ^ (index + 1) * 0xd1342543de82ef95U).next()) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
  }
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(next() % bound); }
  bool percent(std::uint32_t chance) { return below(100) < chance; }
  template <typename T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<std::uint32_t>(values.size()))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace peer
