#include "sftp/request.h"

namespace pysshrp::sftp {

std::variant<Request, Unsupported, Malformed> read_request(Type type, std::string_view body) {
  Reader reader{body};
  const std::uint32_t id = reader.u32();
  const Rule* rule = rule_of(type, type == Type::extended ? reader.string() : std::string_view{});
  if (!reader.ok()) return Malformed{};
  if (!rule) return Unsupported{id};
  Request request{rule, id, {}, {}, {}};
  switch (rule->operands) {
    case Operands::nothing:
      break;
    case Operands::two_paths:
    case Operands::link:
      request.paths.emplace_back(reader.string());
      [[fallthrough]];
    case Operands::path_followed:
    case Operands::path_itself:
      request.paths.emplace_back(reader.string());
      break;
    case Operands::handle:
    case Operands::two_handles:
      request.handle = reader.string();
      break;
  }
  request.rest = reader.left();
  if (rule->type == Type::open) reader.u32();
  if (rule->type == Type::read) reader.u64(), reader.u32();
  if (rule->operands == Operands::two_handles) reader.u64(), reader.u64(), reader.string(), reader.u64();
  if (!reader.ok()) return Malformed{};
  return request;
}

Writer write_request(const Request& request, std::uint32_t id) {
  Writer writer{request.rule->type, id};
  if (request.rule->type == Type::extended) writer.string(request.rule->extension);
  for (const auto& path : request.paths) writer.string(path);
  const bool has_handle = request.rule->operands == Operands::handle || request.rule->operands == Operands::two_handles;
  if (has_handle) writer.string(request.handle);
  writer.raw(request.rest);
  return writer;
}

std::uint32_t Request::flags() const {
  return rule->type == Type::open ? Reader{rest}.u32() : 0;
}

bool Request::writes() const {
  return rule->writes || (flags() & ~kRead) != 0;
}

std::uint32_t Request::length() const {
  Reader reader{rest};
  reader.u64();
  return reader.u32();
}

std::string_view Request::second_handle() const {
  Reader reader{rest};
  reader.raw(8 + 8);
  return reader.string();
}

}  // namespace pysshrp::sftp
