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

inline std::string bytes_of(Writer writer) {
  const auto bytes = writer.finish();
  return {bytes.data(), bytes.size()};
}

/// One direction of a filter, as its lane sees it.
class Way {
 public:
  Way(Filter& filter, std::size_t (Filter::*take)(std::span<char>, TimePoint, Out&), Out& out, OutputQueue& queue)
      : filter_(filter), take_(take), out_(out), queue_(queue) {}

  std::string in;  ///< what the filter is not done with, a run in front

  /// Hands in what came in, unless a run is to be taken out first: how much was taken.
  std::size_t offer(std::size_t most = std::string::npos, TimePoint now = {}) {
    if (queue_.run() > 0) return 0;
    const std::size_t n = (filter_.*take_)(std::span{in}.first(std::min(most, in.size())), now, out_);
    in.erase(0, n);
    return n + queue_.run();
  }
  /// What comes out, at most so much of it.
  std::string drain(std::size_t most = std::string::npos) {
    std::string out;
    while (out.size() < most && !queue_.frames().empty()) {
      const auto frames = queue_.frames().first(std::min(most - out.size(), queue_.frames().size()));
      out.append(frames.data(), frames.size());
      queue_.pop_frames(frames.size());
      if (queue_.frames().empty()) out += drain_run(most - out.size());
    }
    return out += drain_run(most - out.size());
  }
  /// Both, until nothing moves.
  std::string pump(TimePoint now = {}) {
    std::string out;
    do out += drain();
    while (offer(std::string::npos, now) > 0);
    return out += drain();
  }

 private:
  std::string drain_run(std::size_t most) {
    const std::string run = in.substr(0, std::min(most, queue_.run()));
    in.erase(0, run.size());
    if (!run.empty()) queue_.pop_run(run.size());
    return run;
  }

  Filter& filter_;
  std::size_t (Filter::*take_)(std::span<char>, TimePoint, Out&);
  Out& out_;
  OutputQueue& queue_;
};

/// A filter between two who say what the test says.
struct Line {
  explicit Line(Policy policy) : filter{std::move(policy), [](const Event&) {}} {}
  void send_identification() {
    up(Writer{Type::init}.u32(3));
    down(Writer{Type::version}.u32(3));
  }
  /// The upstream tells its login directory, which has a number of its own.
  void tell_home(std::string_view home = "/home/me") {
    down(Writer{Type::name, 0xffffffff}.u32(1).string(home).string(home).u32(0));
  }
  /// What goes out in the same direction then; the other one waits.
  std::string up(const Writer& writer) { return up(bytes_of(writer)); }
  std::string up(const std::string& bytes) {
    upward.in += bytes;
    return upward.pump();
  }
  std::string down(const Writer& writer) { return down(bytes_of(writer)); }
  std::string down(const std::string& bytes) {
    downward.in += bytes;
    return downward.pump();
  }
  Filter filter;
  Out out;
  Way upward{filter, &Filter::up, out, out.up}, downward{filter, &Filter::down, out, out.down};
};

/// Cuts whole frames off the front of `bytes`, up to one too short to have an id.
inline std::vector<Reply> frames(std::string& bytes) {
  std::vector<Reply> result;
  while (bytes.size() >= 9 && Reader{bytes}.u32() >= 5 && Reader{bytes}.u32() + std::size_t{4} <= bytes.size()) {
    Reader reader{bytes};
    Reader frame{reader.string()};
    const auto type = static_cast<Type>(frame.raw(1)[0]);
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
  void type(Writer frame) { upward_.in += bytes_of(std::move(frame)); }
  void type_raw(std::string_view bytes) { upward_.in += bytes; }
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
      moved = upward_.offer(chunk_, now) > 0;
      downward_.in += server_.take(upward_.drain());
      moved |= downward_.offer(chunk_, now) > 0;
      received_ += downward_.drain();
      const auto asked = upward_.drain();
      downward_.in += server_.take(asked);
      moved |= !asked.empty();
    }
  }

  Server& server_;
  std::size_t chunk_;
  Filter filter_;
  Out out_;
  Way upward_{filter_, &Filter::up, out_, out_.up}, downward_{filter_, &Filter::down, out_, out_.down};
  std::string received_;
  std::uint32_t id_ = 100;
};

}  // namespace pysshrp::sftp::test
