#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pysshrp::sftp {

/// Packet types of version 3 (draft-ietf-secsh-filexfer-02, section 3).
enum class Type : std::uint8_t {
  init = 1,
  version,
  open,
  close,
  read,
  write,
  lstat,
  fstat,
  setstat,
  fsetstat,
  opendir,
  readdir,
  remove,
  mkdir,
  rmdir,
  realpath,
  stat,
  rename,
  readlink,
  symlink,
  status = 101,
  handle,
  data,
  name,
  attrs,
  extended = 200,
  extended_reply
};
/// SSH_FX_* (section 7).
enum class Code : std::uint32_t {
  ok,
  eof,
  no_such_file,
  permission_denied,
  failure,
  bad_message,
  no_connection,
  connection_lost,
  op_unsupported
};
/// SSH_FXF_* (section 6.3).
inline constexpr std::uint32_t kRead = 1, kWrite = 2, kCreate = 8;
inline constexpr std::uint32_t kVersion = 3;

/// sftp-server's words for a code.
std::string_view words(Code code);

/// Takes fields off the front of a frame. What goes beyond its end is empty, and ok() false from then on.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view string() { return take(u32()); }
  std::string_view take(std::size_t n);
  std::string_view left() const noexcept { return left_; }
  bool ok() const noexcept { return ok_; }

 private:
  std::uint64_t number(std::size_t bytes);
  std::string_view left_;
  bool ok_ = true;
};

/// Builds one frame. finish() gives it with its length in front; a payload of so many bytes is to follow.
class Writer {
 public:
  explicit Writer(Type type) : bytes_(4, '\0') { bytes_.push_back(static_cast<char>(type)); }
  Writer(Type type, std::uint32_t id) : Writer(type) { u32(id); }
  Writer& u32(std::uint32_t value);
  Writer& string(std::string_view value) { return u32(static_cast<std::uint32_t>(value.size())).raw(value); }
  Writer& raw(std::string_view value) {
    bytes_ += value;
    return *this;
  }
  std::span<const char> finish(std::uint32_t payload = 0);

 private:
  std::string bytes_;
};

/// ATTRS (section 5): its bytes, and of its values the one that matters here.
struct Attributes {
  std::string_view bytes;
  std::optional<std::uint32_t> mode;  ///< st_mode of POSIX, the type of the file included
};
Attributes read_attributes(Reader& reader);

/// One entry of a NAME. Its views are valid as long as the frame.
struct Name {
  std::string_view file, line;
  Attributes attributes;
};
/// The entries of a NAME behind its id; nothing when they are malformed.
std::optional<std::vector<Name>> read_names(std::string_view body);

}  // namespace pysshrp::sftp
