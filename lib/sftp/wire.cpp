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

Writer& Writer::u32(std::uint32_t value) {
  char bytes[4];
  store_big_endian(bytes, value);
  return raw({bytes, 4});
}

std::span<const char> Writer::finish(std::uint32_t payload) {
  store_big_endian(std::span{bytes_}.first(4), static_cast<std::uint32_t>(bytes_.size() - 4) + payload);
  return bytes_;
}

namespace {
// SSH_FILEXFER_ATTR_*
constexpr std::uint32_t kSize = 1, kOwner = 2, kPermissions = 4, kTimes = 8, kExtended = 0x80000000;
}  // namespace

Attributes read_attributes(Reader& reader) {
  const auto before = reader.left();
  Attributes attributes;
  const std::uint32_t flags = reader.u32();
  if (flags & kSize) reader.raw(8);
  if (flags & kOwner) reader.raw(8);
  if (flags & kPermissions) attributes.mode = reader.u32();
  if (flags & kTimes) reader.raw(8);
  if (flags & kExtended)
    for (auto strings = std::uint64_t{2} * reader.u32(); strings > 0 && reader.ok(); --strings) reader.string();
  attributes.bytes = before.substr(0, before.size() - reader.left().size());
  return attributes;
}

void blank_attributes(std::span<char> attributes) {
  constexpr std::uint32_t kFolder = 040755;
  Reader reader{{attributes.data(), attributes.size()}};
  const auto place = [&](std::string_view part) {
    return attributes.subspan(attributes.size() - reader.left().size() - part.size(), part.size());
  };
  const auto blank = [&](std::string_view part) { std::ranges::fill(place(part), '\0'); };
  const std::uint32_t flags = reader.u32();
  if (flags & kSize) blank(reader.raw(8));
  if (flags & kOwner) blank(reader.raw(8));
  if (flags & kPermissions) store_big_endian(place(reader.raw(4)), kFolder);
  if (flags & kTimes) blank(reader.raw(8));
  if (flags & kExtended)
    for (auto strings = std::uint64_t{2} * reader.u32(); strings > 0 && reader.ok(); --strings) blank(reader.string());
}

Name read_name(Reader& reader) {
  Name name;
  name.file = reader.string();
  name.line = reader.string();
  name.attributes = read_attributes(reader);
  return name;
}

std::optional<std::vector<Name>> read_names(std::string_view body) {
  Reader reader{body};
  std::vector<Name> names;
  for (auto count = reader.u32(); count > 0 && reader.ok(); --count) {
    names.push_back(read_name(reader));
  }
  if (!reader.ok()) return {};
  return names;
}

}  // namespace pysshrp::sftp
