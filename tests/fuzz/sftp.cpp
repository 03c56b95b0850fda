// A client and an upstream that send what they like. The client's requests are made of a few words and of raw bytes,
// the upstream is a tree in memory, whose answers may be spoilt; everything comes in pieces of any size. What must hold
// is written without the code under test: no path goes upstream that is not the root or below it, an honest upstream
// never touches anything outside, its root's name is never told, every request is answered exactly once, and every
// payload arrives as it was sent, also one that is made of frames and cut while others have something to say.
#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../unit/sftp/session.h"
#include "safe.h"

using namespace pysshrp;
using namespace pysshrp::sftp;
using fuzz::require;

namespace {

constexpr std::string_view kRoot = "/srv/QXJAIL";
constexpr std::size_t kAll = std::string::npos;

/// The input, taken apart.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return size_ == 0; }
  std::uint8_t byte() { return size_ == 0 ? std::uint8_t{0} : (--size_, *data_++); }
  std::string bytes(std::size_t n) {
    std::string result;
    while (n-- > 0 && size_ > 0) result.push_back(static_cast<char>(byte()));
    return result;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

bool is_at_or_below(std::string_view path) {
  if (!path.starts_with(kRoot)) return false;
  path.remove_prefix(kRoot.size());
  if (!path.empty() && path.front() != '/') return false;
  return (std::string{path} + '/').find("/../") == std::string::npos && path.find('\0') == path.npos;
}

/// A link's target may be relative where it cannot climb.
bool is_tame_target(std::string_view target) {
  if (target.starts_with('/')) return is_at_or_below(target);
  return ('/' + std::string{target} + '/').find("/../") == std::string::npos;
}

/// What a WRITE says behind its id, without what is behind its payload; empty when it is not whole.
std::string write_of(std::string_view body) {
  Reader reader{body};
  reader.string(), reader.u64(), reader.string();
  return reader.ok() ? std::string{body.substr(0, body.size() - reader.left().size())} : "";
}

/// Looks at what goes upstream.
class Watch {
 public:
  explicit Watch(bool is_link_first) : is_link_first_(is_link_first) {}
  void take(std::string_view bytes) {
    stream_ += bytes;
    for (const auto& frame : test::frames(stream_)) look(frame);
  }
  bool is_mid_frame() const { return !stream_.empty(); }
  std::vector<std::string> writes;

 private:
  void look(const test::Reply& frame) {
    Reader reader{frame.body};
    switch (static_cast<int>(frame.type)) {
      case 1:
        require(frame.id == 3);
        break;
      case 16:
        path(reader, true);
        break;
      case 3:
      case 7:
      case 9:
      case 11:
      case 13:
      case 14:
      case 15:
      case 17:
      case 19:
        path(reader);
        break;
      case 18:
        path(reader), path(reader);
        break;
      case 20:
        symlink(reader);
        break;
      case 4:
      case 5:
      case 8:
      case 10:
      case 12:
        reader.string();
        break;
      case 6:
        writes.push_back(frame.body);
        require(write_of(frame.body) == frame.body);
        return;
      case 200:
        extended(reader);
        break;
      default:
        require(false);
    }
    require(reader.ok());
  }
  void extended(Reader& reader) {
    const auto name = reader.string();
    static const std::map<std::string_view, int> kPaths{{"posix-rename@openssh.com", 2},
                                                        {"hardlink@openssh.com", 2},
                                                        {"statvfs@openssh.com", 1},
                                                        {"lsetstat@openssh.com", 1},
                                                        {"fstatvfs@openssh.com", 0},
                                                        {"fsync@openssh.com", 0},
                                                        {"limits@openssh.com", 0},
                                                        {"copy-data", 0},
                                                        {"users-groups-by-id@openssh.com", 0}};
    const auto found = kPaths.find(name);
    require(found != kPaths.end());
    for (int i = 0; i < found->second; ++i) path(reader);
  }
  /// The filter may ask for the order before, by links that cannot come to be.
  void symlink(Reader& reader) {
    const auto first = reader.string(), second = reader.string();
    const std::string_view kMissing = "/.pysshrp-no-such-folder/link";
    const bool asks = (first == "/" && second == kMissing) || (first == kMissing && second == "/");
    if (asks && owns_symlinks_++ < 2) return;
    require(owns_symlinks_ == 2);
    const auto target = is_link_first_ ? second : first, link = is_link_first_ ? first : second;
    require(is_tame_target(target) && is_at_or_below(link));
  }
  void path(Reader& reader, bool may_be_own = false) {
    const auto text = reader.string();
    const bool own = may_be_own && (text == "/proc/self" || text == "jail" || text == ".") && owns_++ < 3;
    require(own || is_at_or_below(text));
  }
  const bool is_link_first_;
  std::string stream_;
  int owns_ = 0, owns_symlinks_ = 0;
};

const char* const kWords[] = {"/",  ".",    "..",   "a",        "b",   "file", "out",    "up",
                              "in", "deep", "loop", "dangling", "srv", "etc",  "secret", "new"};

void plant(test::Server& server) {
  auto& nodes = server.nodes;
  for (const char* folder : {"/srv", "/srv/QXJAIL", "/srv/QXJAIL/a", "/srv/QXJAIL/a/b", "/srv/QXJAIL-secret", "/etc"})
    nodes[folder] = {'d', {}};
  nodes["/home/me/jail"] = {'l', "/srv/QXJAIL"};
  nodes["/srv/QXJAIL/file"] = nodes["/srv/QXJAIL/a/file"] = nodes["/srv/QXJAIL-secret/file"] =
      nodes["/etc/file"] = {'f', "text"};
  for (std::uint32_t id = 0; id < 32; ++id)
    nodes["/srv/QXJAIL/a/file"].text += test::bytes_of(Writer{Type::status, id}.u32(4).string("").string(""));
  nodes["/srv/QXJAIL/out"] = {'l', "/etc"};
  nodes["/srv/QXJAIL/up"] = {'l', "../QXJAIL-secret"};
  nodes["/srv/QXJAIL/in"] = {'l', "a"};
  nodes["/srv/QXJAIL/a/b/deep"] = {'l', "../../../../etc/file"};
  nodes["/srv/QXJAIL/loop"] = {'l', "loop"};
  nodes["/srv/QXJAIL/dangling"] = {'l', "/etc/new"};
}

/// A run: the input's first bytes choose policy and upstream, each of the others does something.
class Run {
 public:
  explicit Run(Input input)
      : input_(input), realpath_(upstream()), server_(realpath_), filter_(policy(), [](const Event&) {}) {
    if (is_link_first_) server_.symlink = test::Server::Symlink::link_first;
    plant(server_);
    add(Writer{Type::init}.u32(input_.byte()));
  }

  void run() {
    while (!input_.empty()) act();
    room_ = kAll;
    for (int i = 0; i < 100'000 && filter_.broken().empty() && pump(1 << 20); ++i) {
    }
    finish();
  }

 private:
  test::Server::Realpath upstream() {
    const std::uint8_t choice = input_.byte();
    is_link_first_ = (choice & 0x80) != 0;
    return static_cast<test::Server::Realpath>(choice % 3);
  }

  Policy policy() {
    const std::uint8_t choice = input_.byte();
    symlinks_ = static_cast<SftpSymlinks>(choice % 3);
    const bool is_relative = (choice & 0x80) && realpath_ != test::Server::Realpath::tidies_only;  // `jail` is a link
    return {is_relative ? "jail" : std::string{kRoot}, symlinks_, static_cast<SftpAccess>(choice / 3 % 3), true};
  }

  void add(Writer writer) { add(test::bytes_of(std::move(writer))); }
  void add(const std::string& bytes) {
    upward_.in += bytes;
    named_ = named_ || upward_.in.find("QXJAIL") != std::string::npos;
  }

  std::string path() {
    const std::uint8_t choice = input_.byte();
    if (choice == 0xff) return input_.bytes(input_.byte());
    std::string result = choice & 0x80 ? "/" : "";
    for (int n = choice % 5; n > 0; --n) (result += kWords[input_.byte() % std::size(kWords)]) += '/';
    if (!result.empty() && !(choice & 0x40)) result.pop_back();
    return result;
  }

  /// Bytes, or frames that must not get out of it.
  std::string payload() {
    const std::uint8_t choice = input_.byte();
    if (choice < 192) return input_.bytes(choice % 64);
    std::string result;
    for (int n = choice - 191; n > 0; --n) result += test::bytes_of(Writer{Type::remove, 1}.string("/etc/file"));
    return result.append(input_.byte() % 32U, ' ');
  }
  static std::uint32_t length(std::uint8_t choice) { return choice < 128 ? choice : choice * 64U; }

  std::string handle() { return "h" + std::to_string(input_.byte() % 4); }

  void request() {
    static const char* const kExtensions[] = {"posix-rename@openssh.com",
                                              "hardlink@openssh.com",
                                              "statvfs@openssh.com",
                                              "lsetstat@openssh.com",
                                              "expand-path@openssh.com",
                                              "home-directory",
                                              "limits@openssh.com",
                                              "fsync@openssh.com",
                                              "copy-data",
                                              "copy-file"};
    const auto type = static_cast<Type>(3 + input_.byte() % 20);
    const bool is_extended = static_cast<int>(type) > 20;
    Writer writer{is_extended ? Type::extended : type, ids_++};
    const std::string extension = is_extended ? kExtensions[input_.byte() % std::size(kExtensions)] : "";
    if (is_extended) writer.string(extension);
    const auto* rule = rule_of(is_extended ? Type::extended : type, extension);
    const bool has_handle = rule && (rule->operands == Operands::handle || rule->operands == Operands::two_handles);
    writer.string(has_handle ? handle() : path());
    if (rule && (rule->operands == Operands::two_paths || rule->operands == Operands::link)) writer.string(path());
    if (type == Type::open) writer.u32(input_.byte() & 0x3f).u32(0);
    if (type == Type::setstat || type == Type::mkdir) writer.u32(0);
    if (type == Type::read) writer.u32(0).u32(0).u32(length(input_.byte()));
    if (type == Type::write) writer.u32(0).u32(0).string(payload());
    if (extension == "copy-data") writer.u32(0).u32(0).u32(0).u32(0).string(handle()).u32(0).u32(0);
    add(std::move(writer));
  }

  void act() {
    const std::uint8_t what = input_.byte();
    if (what < 160) return request();
    if (what < 230) return void(pump(what < 170 ? 1 : std::size_t{1} << (what % 16)));
    if (what < 240) return spoil();
    if (what < 244) return add(input_.bytes(input_.byte()));
    if (what == 244) {
      const std::uint8_t room = input_.byte();
      room_ = room < 128 ? std::size_t{1} << (room % 16) : kAll;
      return;
    }
    while (filter_.broken().empty() && pump(4096)) {
    }
  }

  /// The upstream goes mad, once it has said what the root is.
  void spoil() {
    if (!rooted_) return;
    honest_ = false;
    const std::uint8_t how = input_.byte();
    const std::size_t checked = out_.down.run(), rest = downward_.in.size() - checked;
    if (how < 64 && rest > 0)
      downward_.in[checked + how % rest] = static_cast<char>(input_.byte());
    else if (how < 128)
      downward_.in += input_.bytes(how - 64U);
    else if (how < 192)
      downward_.in += reply(static_cast<Type>(101 + how % 5));
    else
      downward_.in.erase(checked, how - 192U);
  }
  std::string reply(Type type) {
    Writer writer{type, input_.byte()};
    if (type == Type::name) writer.u32(1);
    if (type == Type::status) writer.u32(input_.byte() % 10);
    if (type == Type::attrs)
      writer.u32(4).u32(std::uint32_t{input_.byte()} << 8);
    else
      writer.string(input_.byte() & 1 ? path() : std::string{kRoot} + '/' + path());
    if (type == Type::name) writer.string("").u32(0);
    const auto bytes = writer.finish();
    return {bytes.data(), bytes.size()};
  }

  bool pump(std::size_t chunk) {
    const std::size_t up = offer(upward_, chunk, out_.up, taken_);
    std::string answers;
    const std::size_t down = offer(downward_, chunk, out_.down, answers);
    for (const auto& frame : test::frames(answered_ += answers))
      if (frame.type == Type::data) data_.push_back(frame.text());
    const auto sent = upward_.drain(room_), seen = downward_.drain(room_);
    watch_.take(sent);
    downward_.in += server_.take(sent);
    received_ += seen;
    count();
    return up > 0 || down > 0 || !sent.empty() || !seen.empty();
  }

  /// What is taken is noted; of what is not, nothing is changed.
  std::size_t offer(test::Way& way, std::size_t chunk, const OutputQueue& out, std::string& taken) {
    const std::string before = way.in.substr(0, chunk);
    const std::size_t n = way.offer(chunk);
    require(n <= before.size());
    taken.append(before, 0, n);
    if (n > 0) require(way.in.compare(out.run(), before.size() - n, before, n) == 0);
    return n;
  }

  void count() {
    for (const auto& frame : test::frames(taken_)) {
      if (frame.type != Type::init) ++unanswered_[frame.id];
      if (frame.type == Type::write) writes_.push_back(write_of(frame.body));
    }
    for (const auto& frame : test::frames(received_)) {
      if (frame.type == Type::version) {
        require(frame.id == 3);
        continue;
      }
      rooted_ = true;
      --unanswered_[frame.id];
      if (frame.type == Type::data && honest_) require(seen_ < data_.size() && frame.text() == data_[seen_++]);
      if (honest_ && !named_) require(!tells_root(frame.body));
    }
  }

  /// The text of the link that leads to the sibling may be shown where links are followed, once it has been moved to
  /// where it does not lead out.
  bool tells_root(std::string text) const {
    constexpr std::string_view kSibling = "../QXJAIL-secret";
    while (symlinks_ == SftpSymlinks::follow && text.find(kSibling) != std::string::npos)
      text.erase(text.find(kSibling), kSibling.size());
    return text.find("QXJAIL") != std::string::npos;
  }

  /// All that went upstream was typed, in that order.
  void compare_writes() {
    if (taken_.size() >= 9 && taken_[4] == static_cast<char>(Type::write))
      writes_.push_back(write_of(taken_.substr(9)));
    auto typed = writes_.begin();
    for (const auto& write : watch_.writes) {
      typed = std::find(typed, writes_.end(), write);
      require(typed++ != writes_.end());
    }
  }

  void finish() {
    filter_.finish({});
    compare_writes();
    if (honest_ && symlinks_ != SftpSymlinks::follow)
      for (const auto& path : server_.touched) require(is_at_or_below(path));
    // Where REALPATH is no help, the filter itself looks for links on the way, and past them.
    if (honest_ && symlinks_ == SftpSymlinks::inside && realpath_ == test::Server::Realpath::openssh)
      for (const auto& path : server_.looked_at) require(is_at_or_below(path));
    // A WRITE that is denied has its answer before its payload is through.
    const bool is_write = taken_.size() >= 9 && taken_[4] == static_cast<char>(Type::write);
    if (is_write) ++unanswered_[Reader{std::string_view{taken_}.substr(5)}.u32()];
    // And one that stands, or stood, behind a run has it before it is taken, or while its first bytes are.
    const std::string next = (is_write ? "" : taken_) + upward_.in.substr(out_.up.run());
    if (next.size() >= 9) ++unanswered_[Reader{std::string_view{next}.substr(5)}.u32()];
    for (const auto& [id, left] : unanswered_) require(left >= 0);
    if (!honest_ || !filter_.broken().empty()) return;
    require(upward_.in.empty() && received_.empty() && seen_ == data_.size());
    require(!watch_.is_mid_frame() || !taken_.empty());
    for (const auto& [id, left] : unanswered_) require(left == 0 || !taken_.empty());
  }

  Input input_;
  SftpSymlinks symlinks_ = SftpSymlinks::inside;
  bool is_link_first_ = false;
  test::Server::Realpath realpath_;
  test::Server server_;
  Filter filter_;
  Out out_;
  test::Way upward_{filter_, &Filter::up, out_, out_.up}, downward_{filter_, &Filter::down, out_, out_.down};
  Watch watch_{is_link_first_};
  std::string taken_, answered_, received_;
  std::vector<std::string> writes_, data_;  ///< what the client typed, what an honest upstream answered
  std::size_t seen_ = 0, room_ = kAll;
  std::map<std::uint32_t, int> unanswered_;
  std::uint32_t ids_ = 0;
  bool honest_ = true, named_ = false, rooted_ = false;  ///< named_: the client says the root's name himself
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run{Input{data, size}}.run();
  return 0;
}
