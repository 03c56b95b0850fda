#include "sftp/request.h"

namespace pysshrp::sftp {

std::variant<Request, Unsupported, Malformed> read_request(Type type, std::string_view body) {
  Reader reader{body};
  const std::uint32_t id = reader.u32();
  const Rule* rule = rule_of(type, type == Type::extended ? reader.string() : std::string_view{});
  if (!reader.ok()) return Malformed{};
  if (!rule) return Unsupported{id};
  Request request{rule, id, {}, {}, {}};
  switch (rule->subject) {
    case Subject::nothing:
      break;
    case Subject::two_paths:
    case Subject::link:
      request.paths.emplace_back(reader.string());
      [[fallthrough]];
    case Subject::path_followed:
    case Subject::path_itself:
      request.paths.emplace_back(reader.string());
      break;
    case Subject::handle:
    case Subject::two_handles:
      request.handle = reader.string();
      break;
  }
  request.rest = reader.left();
  if (rule->type == Type::open) reader.u32();
  if (rule->type == Type::read) reader.u64(), reader.u32();
  if (rule->subject == Subject::two_handles) reader.u64(), reader.u64(), reader.string(), reader.u64();
  if (!reader.ok()) return Malformed{};
  return request;
}

Writer write_request(const Request& request, std::uint32_t id) {
  Writer writer{request.rule->type, id};
  if (request.rule->type == Type::extended) writer.string(request.rule->extension);
  for (const auto& path : request.paths) writer.string(path);
  const bool has_handle = request.rule->subject == Subject::handle || request.rule->subject == Subject::two_handles;
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
  reader.take(8 + 8);
  return reader.string();
}

}  // namespace pysshrp::sftp
