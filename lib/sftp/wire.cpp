#include "sftp/wire.h"

#include <algorithm>
#include <array>

namespace pysshrp::sftp {

std::string_view words(Code code) {
  constexpr std::array<std::string_view, 10> kWords{
      "Success",     "End of file",   "No such file",    "Permission denied",     "Failure",
      "Bad message", "No connection", "Connection lost", "Operation unsupported", "Unknown error"};
  return kWords[std::min<std::size_t>(static_cast<std::uint32_t>(code), kWords.size() - 1)];
}

std::string_view Reader::take(std::size_t n) {
  ok_ = ok_ && n <= left_.size();
  if (!ok_) return {};
  const auto taken = left_.substr(0, n);
  left_.remove_prefix(n);
  return taken;
}

std::uint64_t Reader::number(std::size_t bytes) {
  std::uint64_t value = 0;
  for (const char c : take(bytes)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

namespace {
void store(char* to, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(value >> (24 - 8 * i) & 0xff);
}
}  // namespace

Writer& Writer::u32(std::uint32_t value) {
  char bytes[4];
  store(bytes, value);
  return raw({bytes, 4});
}

std::span<const char> Writer::finish(std::uint32_t payload) {
  store(bytes_.data(), static_cast<std::uint32_t>(bytes_.size() - 4) + payload);
  return bytes_;
}

Attributes read_attributes(Reader& reader) {
  constexpr std::uint32_t kSize = 1, kOwner = 2, kPermissions = 4, kTimes = 8, kExtended = 0x80000000;
  const auto before = reader.left();
  Attributes attributes;
  const std::uint32_t flags = reader.u32();
  if (flags & kSize) reader.take(8);
  if (flags & kOwner) reader.take(8);
  if (flags & kPermissions) attributes.mode = reader.u32();
  if (flags & kTimes) reader.take(8);
  if (flags & kExtended)
    for (auto strings = std::uint64_t{2} * reader.u32(); strings > 0 && reader.ok(); --strings) reader.string();
  attributes.bytes = before.substr(0, before.size() - reader.left().size());
  return attributes;
}

std::optional<std::vector<Name>> read_names(std::string_view body) {
  Reader reader{body};
  std::vector<Name> names;
  for (auto count = reader.u32(); count > 0 && reader.ok(); --count) {
    Name name;
    name.file = reader.string();
    name.line = reader.string();
    name.attributes = read_attributes(reader);
    names.push_back(name);
  }
  if (!reader.ok()) return {};
  return names;
}

}  // namespace pysshrp::sftp
