#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sftp/rules.h"
#include "sftp/wire.h"

namespace pysshrp::sftp {

/// A client's request, parsed as far as its rule describes.
struct Request {
  const Rule* rule;
  std::uint32_t id;
  std::vector<std::string> paths;
  std::string handle;
  std::string rest;  ///< what follows the paths or the first handle, without the payload of a WRITE

  std::uint32_t flags() const;             ///< of OPEN
  bool writes() const;                     ///< asks for a change
  std::uint32_t length() const;            ///< bytes asked for by READ
  std::string_view second_handle() const;  ///< of copy-data
};

struct Unsupported {
  std::uint32_t id;
};                    ///< there is no rule for it
struct Malformed {};  ///< its fields are longer than the frame

std::variant<Request, Unsupported, Malformed> read_request(Type type, std::string_view body);

/// The request with another id, up to its payload.
Writer write_request(const Request& request, std::uint32_t id);

}  // namespace pysshrp::sftp
