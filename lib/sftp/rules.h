#pragma once
#include <cstdint>
#include <string_view>

#include "base/sftp_policy.h"
#include "sftp/wire.h"

namespace pysshrp::sftp {

/// What a request says first, behind its id and the name of an extension.
enum class Subject : std::uint8_t {
  nothing,        ///< or nothing that matters here
  path_followed,  ///< a path whose last component is followed when it is a link
  path_itself,    ///< a path whose last component is meant itself
  two_paths,      ///< of which neither is followed: from, to
  link,           ///< SYMLINK: here the link's target, the link, in whatever order they come
  handle,
  two_handles,  ///< copy-data: handle, offset, length, handle, offset
};

/// A request and what there is to know of it.
struct Rule {
  std::string_view name;       ///< for the record, sftp-server's
  std::string_view extension;  ///< with Type::extended
  Type type;
  Subject subject;
  Type reply;          ///< what it is answered with, besides STATUS
  bool reads, writes;  ///< contents of files; anything at all. OPEN: its flags say
  bool is_logged;
};

/// The row of a request; null when there is none: it is answered OP_UNSUPPORTED and goes nowhere.
const Rule* rule_of(Type type, std::string_view extension = {});

/// Whether a row has this name.
bool is_request_name(std::string_view name);

/// Why the access rule forbids a request; empty when it does not. `flags` are OPEN's.
std::string_view forbidden(const Rule& rule, std::uint32_t flags, SftpAccess access);

}  // namespace pysshrp::sftp
