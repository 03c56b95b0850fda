#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "server.h"
#include "sftp/filter.h"

namespace pysshrp::sftp::test {

struct Reply {
  Type type = Type::init;
  std::uint32_t id = 0;
  std::string body;  ///< behind the id

  Code code() const {
    if (type == Type::init) return Code::no_connection;  // there was no reply
    return type == Type::status ? static_cast<Code>(Reader{body}.u32()) : Code::ok;
  }
  std::string text() const {  ///< of a HANDLE or DATA; the name of a NAME with one entry
    Reader reader{body};
    if (type == Type::name) reader.u32();
    return std::string{reader.string()};
  }
};

inline std::string drain(Outlet& backlog) {
  std::string bytes;
  while (backlog.size() > 0) {
    const auto piece = backlog.front().bytes;
    bytes.append(piece.data(), piece.size());
    backlog.pop(piece.size());
  }
  return bytes;
}

/// Cuts whole frames off the front of `bytes`, up to one too short to have an id.
inline std::vector<Reply> frames(std::string& bytes) {
  std::vector<Reply> result;
  while (bytes.size() >= 9 && Reader{bytes}.u32() >= 5 && Reader{bytes}.u32() + std::size_t{4} <= bytes.size()) {
    Reader reader{bytes};
    Reader frame{reader.string()};
    const auto type = static_cast<Type>(frame.take(1)[0]);
    const auto id = frame.u32();
    result.push_back({type, id, std::string{frame.left()}});
    bytes.erase(0, bytes.size() - reader.left().size());
  }
  return result;
}

/// A client, the filter and a server, with what passes between them. Bytes go in pieces of `chunk`.
class Session {
 public:
  Session(Policy policy, Server& server, std::size_t chunk = 1 << 20)
      : server_(server),
        chunk_(chunk),
        filter_(std::move(policy), [this](const Event& event) { events.push_back(event); }) {
    type(Writer{Type::init}.u32(6));
    pump();
    version = frames(received_);
  }

  std::vector<Reply> version;
  std::vector<Event> events;
  TimePoint now{};

  Filter& filter() { return filter_; }
  void type(Writer frame) {
    const auto bytes = frame.finish();
    typed_.append(bytes.data(), bytes.size());
  }
  void type_raw(std::string_view bytes) { typed_ += bytes; }
  std::vector<Reply> replies() {
    pump();
    return frames(received_);
  }

  /// One request, one reply.
  Reply call(Type request, std::string_view body) {
    type(Writer{request, ++id_}.raw(body));
    auto all = replies();
    return all.size() == 1 && all.front().id == id_ ? all.front() : Reply{};
  }
  Reply path(Type request, std::string_view path, std::string_view rest = {}) {
    return call(request, fields({path}).append(rest));
  }
  Reply extended(std::string_view name, std::vector<std::string_view> strings, std::string_view rest = {}) {
    strings.insert(strings.begin(), name);
    return call(Type::extended, fields(strings).append(rest));
  }
  Reply open(std::string_view name, std::uint32_t flags) { return path(Type::open, name, number(flags) + number(0)); }
  Reply two(Type request, std::string_view first, std::string_view second) {
    return call(request, fields({first, second}));
  }
  Reply read(std::string_view handle, std::uint32_t length = 1000) {
    return call(Type::read, fields({handle}) + number(0) + number(0) + number(length));
  }
  Reply write(std::string_view handle, std::string_view data) {
    return call(Type::write, fields({handle}) + number(0) + number(0) + fields({data}));
  }
  Reply close(std::string_view handle) { return call(Type::close, fields({handle})); }

  static std::string number(std::uint32_t value) { return body(std::move(Writer{Type::init}.u32(value))); }
  static std::string fields(const std::vector<std::string_view>& strings) {
    Writer writer{Type::init};
    for (const auto string : strings) writer.string(string);
    return body(writer);
  }

 private:
  static std::string body(Writer writer) {
    const auto bytes = writer.finish();
    return std::string{bytes.data(), bytes.size()}.substr(5);
  }
  void pump() {
    for (bool moved = true; moved;) {
      moved = false;
      const std::size_t up = filter_.up(std::span{typed_}.first(std::min(chunk_, typed_.size())), now, out_);
      typed_.erase(0, up);
      answered_ += server_.take(drain(out_.up));
      const std::size_t down = filter_.down(std::span{answered_}.first(std::min(chunk_, answered_.size())), now, out_);
      answered_.erase(0, down);
      answered_ += server_.take(drain(out_.up));
      received_ += drain(out_.down);
      moved = up > 0 || down > 0;
    }
  }

  Server& server_;
  std::size_t chunk_;
  Filter filter_;
  Out out_;
  std::string typed_, answered_, received_;
  std::uint32_t id_ = 100;
};

}  // namespace pysshrp::sftp::test
