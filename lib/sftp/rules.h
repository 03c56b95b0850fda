#pragma once
#include <cstdint>
#include <string_view>

#include "base/sftp_policy.h"
#include "sftp/wire.h"

namespace pysshrp::sftp {

/// The operands of a request, after its id and the name of an extension.
enum class Operands : std::uint8_t {
  nothing,        ///< or none that matter here
  path_followed,  ///< a path; a link in its last component is followed
  path_itself,    ///< a path; its last component is not followed
  two_paths,      ///< from, to; neither is followed
  link,           ///< SYMLINK: target, link; on the wire in either order
  handle,
  two_handles,  ///< copy-data: handle, offset, length, handle, offset
};

/// The properties of a type of request.
struct Rule {
  std::string_view name;       ///< sftp-server's name, for the record
  std::string_view extension;  ///< the name of an extension; with Type::extended only
  Type type;
  Operands operands;
  Type reply;          ///< the reply on success; STATUS is always possible
  bool reads, writes;  ///< reads contents of files; changes anything. For OPEN the flags tell
  bool is_logged;
};

/// The rule of a request; null if there is none: then it is answered with OP_UNSUPPORTED and not sent upstream.
const Rule* rule_of(Type type, std::string_view extension = {});

/// Whether a rule has this name.
bool is_request_name(std::string_view name);

/// Why `access` forbids a request; empty if it is allowed. `flags` are OPEN's.
std::string_view forbidden(const Rule& rule, std::uint32_t flags, SftpAccess access);

}  // namespace pysshrp::sftp
