#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

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

using Reader = ByteReader;

/// Builds one frame. finish() fills in its length and returns it; `payload` bytes follow the frame.
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

/// ATTRS (section 5): its bytes, and the only value that is used here.
struct Attributes {
  std::string_view bytes;
  std::optional<std::uint32_t> mode;  ///< POSIX st_mode, including the file's type
};
Attributes read_attributes(Reader& reader);
/// Overwrites all values: the mode becomes that of a folder, the others 0. Flags and length stay.
void blank_attributes(std::span<char> attributes);

/// One entry of a NAME. Its views are valid as long as the frame.
struct Name {
  std::string_view file, line;
  Attributes attributes;
};
Name read_name(Reader& reader);
/// The entries of a NAME. `body` is what follows the id. Nothing if they are malformed.
std::optional<std::vector<Name>> read_names(std::string_view body);

}  // namespace pysshrp::sftp
