#pragma once
#include <string.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// Big-endian integers, and the strings of SSH and SFTP (RFC 4251, section 5): a uint32 length, then that many bytes.
namespace pysshrp {

/// The number that `bytes` are, most significant byte first. At most eight bytes.
constexpr std::uint64_t load_big_endian(std::string_view bytes) noexcept {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// Fills `to` with the lowest bytes of `value`, most significant byte first.
constexpr void store_big_endian(std::span<char> to, std::uint64_t value) noexcept {
  for (std::size_t i = to.size(); i-- > 0; value >>= 8) to[i] = static_cast<char>(value & 0xff);
}

/// Reads fields off the front of bytes that outlive it. Never reads beyond their end: a field that is longer than what
/// is left is empty or 0, and so is every later one; ok() is false from then on.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : left_(bytes) {}
  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(load_big_endian(raw(1))); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(load_big_endian(raw(2))); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(load_big_endian(raw(4))); }
  std::uint64_t u64() noexcept { return load_big_endian(raw(8)); }
  std::string_view string() noexcept { return raw(u32()); }
  std::string_view raw(std::size_t n) noexcept {
    ok_ = ok_ && n <= left_.size();
    if (!ok_) return {};
    const auto field = left_.substr(0, n);
    left_.remove_prefix(n);
    return field;
  }
  std::string_view left() const noexcept { return left_; }
  bool ok() const noexcept { return ok_; }

 private:
  std::string_view left_;
  bool ok_ = true;
};

/// Appends fields to bytes of its own.
class ByteWriter {
 public:
  ByteWriter() = default;
  /// For a secret: up to `capacity` bytes the buffer never moves, so that wipe() reaches every copy.
  explicit ByteWriter(std::size_t capacity) { bytes_.reserve(capacity); }

  ByteWriter& u8(std::uint8_t value) { return number<1>(value); }
  ByteWriter& u16(std::uint16_t value) { return number<2>(value); }
  ByteWriter& u32(std::size_t value) { return number<4>(value); }  ///< of a size only the lowest 32 bits
  ByteWriter& u64(std::uint64_t value) { return number<8>(value); }
  ByteWriter& string(std::string_view bytes) { return u32(bytes.size()).raw(bytes); }
  ByteWriter& raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  std::size_t size() const noexcept { return bytes_.size(); }
  /// Valid until the next call that is not const.
  std::string_view view() const noexcept { return bytes_; }
  std::string release() noexcept { return std::exchange(bytes_, {}); }
  void wipe() noexcept {
    ::explicit_bzero(bytes_.data(), bytes_.size());
    bytes_.clear();
  }

 private:
  template <std::size_t kSize>
  ByteWriter& number(std::uint64_t value) {
    char bytes[kSize];
    store_big_endian(bytes, value);
    return raw({bytes, kSize});
  }

  std::string bytes_;
};

}  // namespace pysshrp
