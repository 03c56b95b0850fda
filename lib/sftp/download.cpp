#include "sftp/download.h"

#include <utility>

namespace pysshrp::sftp {
namespace {

constexpr std::uint32_t kBlock = 32 * 1024;  // every server must support reads of this size (section 6.4)
constexpr std::size_t kMaxHandle = 256;      // section 6.2
constexpr std::string_view kMalformed = "the upstream sent a wrong or malformed reply";

/// The error for a STATUS in place of the wanted reply.
std::string_view refusal(Code code) {
  return code == Code::ok ? kMalformed : words(code);
}

}  // namespace

Download::Download(std::string_view path) : path_(path) {
  ask(Awaited::version, std::move(Writer{Type::init}.u32(kVersion)));
}

void Download::feed(std::span<const char> bytes) {
  while (!over() && !bytes.empty()) {
    bytes = bytes.subspan(frames_.parse(bytes));
    if (!frames_.fault().empty()) return fail_for(frames_.fault());
    if (!frames_.ready()) continue;
    on_reply(frames_.type(), Reader{frames_.body()});
    frames_.next();
  }
}

void Download::on_reply(Type type, Reader reply) {
  const std::uint32_t number = reply.u32();
  if (awaited_ == Awaited::version) {
    if (type != Type::version || number != kVersion) return fail("the upstream does not speak SFTP version 3");
    return ask(Awaited::handle, std::move(Writer{Type::open, ++id_}.string(path_).u32(kRead).u32(0)));
  }
  if (number != id_) return fail("the upstream answered a request that nobody made");
  if (awaited_ == Awaited::handle) return on_open_reply(type, reply);
  if (awaited_ == Awaited::data) return on_read_reply(type, reply);
  if (type != Type::status) return fail(kMalformed);
  awaited_ = Awaited::nothing;  // the file is complete, even if CLOSE failed
}

void Download::on_open_reply(Type type, Reader reply) {
  if (type == Type::status) {
    const auto code = static_cast<Code>(reply.u32());
    if (code != Code::no_such_file) return fail(refusal(code));
    awaited_ = Awaited::nothing;
    return;
  }
  handle_ = reply.string();
  if (type != Type::handle || !reply.ok() || handle_.size() > kMaxHandle) return fail(kMalformed);
  ask_for_more();
}

void Download::on_read_reply(Type type, Reader reply) {
  if (type == Type::status) {
    const auto code = static_cast<Code>(reply.u32());
    if (code == Code::eof) return ask(Awaited::closed, std::move(Writer{Type::close, ++id_}.string(handle_)));
    return fail(refusal(code));
  }
  const auto data = reply.string();
  if (type != Type::data || !reply.ok() || data.empty()) return fail(kMalformed);
  if (data.size() > kBlock) return fail("the upstream sent more than was asked for");
  text_ += data;
  if (text_.size() > kMaxFile) return fail("larger than 256 KiB");
  ask_for_more();
}

void Download::ask_for_more() {
  const auto offset = static_cast<std::uint32_t>(text_.size());
  ask(Awaited::data, std::move(Writer{Type::read, ++id_}.string(handle_).u32(0).u32(offset).u32(kBlock)));
}

void Download::ask(Awaited awaited, Writer request) {
  const auto bytes = request.finish();
  unsent_.append(bytes.data(), bytes.size());
  awaited_ = awaited;
}

void Download::fail_for(std::string_view fault) {
  const bool first = awaited_ == Awaited::version;
  fail("the upstream sent " + std::string{fault} + (first ? " (does a shell print something?)" : ""));
}

/// Drops what was read: an incomplete file must not be used.
void Download::fail(std::string_view why) {
  error_ = why;
  text_.clear();
  unsent_.clear();
  awaited_ = Awaited::nothing;
}

}  // namespace pysshrp::sftp
