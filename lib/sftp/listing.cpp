#include "sftp/listing.h"

#include <algorithm>
#include <utility>

namespace pysshrp::sftp {
namespace {

constexpr std::size_t kMaxEntry = std::size_t{256} * 1024, kPiece = std::size_t{16} * 1024;

void write_name(Writer& writer, std::string_view file, std::string_view line, std::string_view attributes) {
  writer.string(file).string(line).raw(attributes);
}

}  // namespace

/// Both the name and the target may contain an arrow, and may end alike.
std::string_view without_target(const Name& name) {
  constexpr std::string_view kArrow = " -> ";
  const auto& [file, line, attributes] = name;
  for (auto at = line.find(kArrow); at != line.npos; at = line.find(kArrow, at + 1))
    if (line.substr(0, at).ends_with(file)) return line.substr(0, at);
  const bool ends_in_name = line.ends_with(file) && line.substr(0, line.size() - file.size()).find(kArrow) == line.npos;
  return ends_in_name ? line : line.substr(0, line.find(kArrow));
}

Writer write_listing(std::uint32_t id, const std::vector<Name>& names, bool is_root) {
  constexpr std::string_view kNoAttributes{"\0\0\0\0", 4};
  const Name* self = nullptr;
  std::uint32_t parents = 0;
  for (const auto& name : names) {
    if (name.file == ".") self = &name;
    if (name.file == "..") ++parents;
  }
  Writer writer{Type::name, id};
  writer.u32(static_cast<std::uint32_t>(names.size()) - (is_root && parents > 1 ? parents - 1 : 0));
  bool has_parent = false;
  for (const auto& name : names) {
    if (!is_root || name.file != "..") {
      write_name(writer, name.file, without_target(name), name.attributes.bytes);
    } else if (!std::exchange(has_parent, true)) {
      const auto line = self ? std::string{without_target(*self)} += '.' : std::string{".."};
      write_name(writer, "..", line, self ? self->attributes.bytes : kNoAttributes);
    }
  }
  return writer;
}

std::size_t LongListing::parse(std::span<const char> bytes, std::string& out) {
  const std::size_t n = std::min({bytes.size(), left_, kPiece});
  gathered_.append(bytes.data(), n);
  left_ -= n;
  Reader reader{gathered_};
  std::size_t whole = 0;
  const auto step = [&] { whole = gathered_.size() - reader.left().size(); };
  if (!entries_) {
    if (const std::uint32_t count = reader.u32(); reader.ok()) {
      entries_ = count;
      step();
    }
  }
  while (entries_ && *entries_ > 0) {
    const Name name = read_name(reader);
    if (!reader.ok()) break;
    rewrite(name);
    --*entries_;
    step();
  }
  out.append(gathered_, 0, whole);
  gathered_.erase(0, whole);
  const bool is_short = entries_ && *entries_ > 0 && left_ == 0;
  const bool is_long = entries_ && *entries_ == 0 && left_ + gathered_.size() > 0;
  is_malformed_ = gathered_.size() > kMaxEntry || is_short || is_long;
  return n;
}

std::span<char> LongListing::place_of(std::string_view part) noexcept {
  return {gathered_.data() + (part.data() - gathered_.data()), part.size()};
}

void LongListing::rewrite(const Name& name) {
  if (is_root_ && name.file == "..") return rewrite_parent(name);
  std::ranges::fill(place_of(name.line).subspan(without_target(name).size()), ' ');
}

/// Shows only that it is a folder.
void LongListing::rewrite_parent(const Name& name) {
  const auto line = place_of(name.line);
  std::ranges::fill(line, ' ');
  std::ranges::fill(line.first(std::min(line.size(), name.file.size())), '.');
  blank_attributes(place_of(name.attributes.bytes));
}

}  // namespace pysshrp::sftp
