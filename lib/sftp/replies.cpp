// What the upstream answers.
#include <algorithm>
#include <utility>

#include "base/result.h"
#include "sftp/filter.h"
#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr std::size_t kMaxHandle = 256;  // section 6.2
/// On Linux a link to the number of the process: only a REALPATH that resolves links answers with that.
constexpr std::string_view kProof = "/proc/self";
/// OpenSSH's server has it, and those that imitate it to the letter (asyncssh, ProFTPD): they keep a link's target as
/// it is sent. Erlang's and Twisted's join it to the login directory.
constexpr std::string_view kOfKeepers = "fstatvfs@openssh.com";

/// A line of `ls -l` without a link's target, which some servers add. Both may hold an arrow, and end alike.
std::string_view tidy(const Name& name) {
  constexpr std::string_view kArrow = " -> ";
  const auto& [file, line, attributes] = name;
  for (auto at = line.find(kArrow); at != line.npos; at = line.find(kArrow, at + 1))
    if (line.substr(0, at).ends_with(file)) return line.substr(0, at);
  const bool ends_in_name = line.ends_with(file) && line.substr(0, line.size() - file.size()).find(kArrow) == line.npos;
  return ends_in_name ? line : line.substr(0, line.find(kArrow));
}

void write_name(Writer& writer, std::string_view file, std::string_view line, std::string_view attributes) {
  writer.string(file).string(line).raw(attributes);
}

/// A listing of the root: its `..` is somebody else's folder, so it is shown with what is said of `.`. A second one is
/// left out.
Writer write_listing(std::uint32_t id, const std::vector<Name>& names, bool is_root) {
  constexpr std::string_view kNoAttributes{"\0\0\0\0", 4};
  const Name* self = nullptr;
  std::uint32_t parents = 0;
  for (const auto& name : names) {
    if (name.file == ".") self = &name;
    if (name.file == "..") ++parents;
  }
  Writer writer{Type::name, id};
  writer.u32(static_cast<std::uint32_t>(names.size()) - (is_root && parents > 1 ? parents - 1 : 0));
  bool has_parent = false;
  for (const auto& name : names) {
    if (!is_root || name.file != "..") {
      write_name(writer, name.file, tidy(name), name.attributes.bytes);
    } else if (!std::exchange(has_parent, true)) {
      const auto line = self ? std::string{tidy(*self)} += '.' : std::string{".."};
      write_name(writer, "..", line, self ? self->attributes.bytes : kNoAttributes);
    }
  }
  return writer;
}

}  // namespace

void Filter::take_reply(const Turn& turn) {
  if (stage_ == Stage::version) return take_version(turn);
  auto found = outstanding_.extract(Reader{from_upstream_.body()}.u32());
  if (!found) return break_off("the upstream answered a request that nobody made");
  std::visit([&](auto& what) { take(what, turn); }, found.mapped());
}

void Filter::take_version(const Turn& turn) {
  Reader reader{from_upstream_.body()};
  const std::uint32_t version = reader.u32();
  if (from_upstream_.type() != Type::version || version != kVersion)
    return break_off("the upstream does not speak SFTP version 3");
  Writer writer{Type::version};
  writer.u32(kVersion);
  while (!reader.left().empty() && reader.ok()) {
    const auto name = reader.string(), data = reader.string();
    const Rule* rule = rule_of(Type::extended, name);
    jail_.keeps_targets |= name == kOfKeepers;
    if (reader.ok() && rule && offers(*rule) && policy_.options.permits(*rule)) writer.string(name).string(data);
  }
  if (!reader.ok()) return break_wrong();
  turn.out.down.say(writer.finish());
  stage_ = has_jail() ? Stage::root : Stage::ready;
  if (!has_jail()) return;
  if (policy_.symlinks == SftpSymlinks::inside) ask({Type::realpath, std::string{kProof}}, AskedProof{}, turn.out);
  ask({Type::realpath, policy_.root}, AskedRoot{}, turn.out);
  outstanding_.emplace(kHomeId, AskedHome{});
  turn.out.up.say(Writer{Type::realpath, kHomeId}.string(".").finish());
}

void Filter::take(AskedOrder asked, const Turn& turn) {
  Reader reader{from_upstream_.body().substr(4)};
  const auto code = static_cast<Code>(reader.u32());
  if (from_upstream_.type() != Type::status || !reader.ok()) return break_wrong();
  order_.take(asked.number, code);
  if (order_.state() == SymlinkOrderProbe::State::over) judge(std::move(*std::exchange(waiting_, nullptr)), turn);
}

void Filter::take(AskedRoot, const Turn&) {
  const auto answer = read_answer(Type::realpath);
  if (!answer) return break_wrong();
  if (answer->code != Code::ok) return break_off("the root: " + std::string{words(answer->code)});
  if (!is_plain(answer->name)) return break_off("the upstream gives no absolute path for the root");
  jail_.root = answer->name;
  enter_jail();
}

void Filter::take(AskedHome, const Turn&) {
  const auto answer = read_answer(Type::realpath);
  if (!answer) return break_wrong();
  home_ = answer->code == Code::ok && is_plain(answer->name) ? answer->name : "";
  enter_jail();
}

void Filter::take(AskedProof, const Turn&) {
  const auto answer = read_answer(Type::realpath);
  if (!answer) return break_wrong();
  const auto number = std::string_view{answer->name}.substr(std::min(answer->name.size(), parent(kProof).size() + 1));
  jail_.resolves = is_plain(answer->name) && parent(answer->name) == parent(kProof) && !number.empty() &&
                   number.find_first_not_of("0123456789") == number.npos;
}

void Filter::take(Dropped, const Turn&) {
  if (from_upstream_.type() != Type::status) break_wrong();
}

void Filter::take(const Asked& asked, const Turn& turn) {
  const auto answer = read_answer(asked.type);
  if (!answer) return break_wrong();
  if (!asked.pending->check.settled()) inquire(asked.pending, asked.pending->check.take(asked.number, *answer), turn);
}

/// The answer to a question of the filter's own; nothing when it is of a wrong type or malformed.
std::optional<Answer> Filter::read_answer(Type asked) const {
  Reader reader{from_upstream_.body()};
  reader.u32();
  Answer answer;
  if (from_upstream_.type() == Type::status) {
    answer.code = static_cast<Code>(reader.u32());
    return reader.ok() && answer.code != Code::ok ? std::optional{answer} : std::nullopt;
  }
  if (asked == Type::lstat) {
    answer.mode = read_attributes(reader).mode;
    return reader.ok() && from_upstream_.type() == Type::attrs ? std::optional{answer} : std::nullopt;
  }
  const auto names = read_names(reader.left());
  if (from_upstream_.type() != Type::name || !names || names->size() != 1) return {};
  answer.name = names->front().file;
  return answer;
}

void Filter::take(Sent& sent, const Turn& turn) {
  const Type type = from_upstream_.type();
  if (type == Type::status) return take_status(sent, turn);
  if (type != sent.rule->reply) return break_wrong();
  if (type == Type::data) return take_data(sent, turn);
  if (type == Type::handle) return take_handle(sent, turn);
  if (type == Type::name && has_jail()) return take_names(sent, turn);
  pass(sent, turn.out);
}

void Filter::pass(const Sent& sent, Out& out) const {
  out.down.say(Writer{from_upstream_.type(), sent.id}.raw(from_upstream_.body().substr(4)).finish());
}

void Filter::take_status(Sent& sent, const Turn& turn) {
  Reader reader{from_upstream_.body()};
  reader.u32();
  const auto code = static_cast<Code>(reader.u32());
  if (!reader.ok() || (code == Code::ok && sent.rule->reply != Type::status)) return break_wrong();
  if (sent.rule->type == Type::write && code == Code::ok) sent.file->bytes_written += sent.bytes;
  if (sent.rule->type == Type::close) close_file(*sent.file, turn.now, false);
  if (sent.rule->is_logged && policy_.log)
    record_(Operation{sent.rule->name, sent.work->shown, static_cast<std::uint32_t>(code)});
  if (!has_jail()) return pass(sent, turn.out);
  answer(sent.id, code, turn.out);  // the upstream's own text may hold a path
}

void Filter::take_data(const Sent& sent, const Turn& turn) {
  const std::uint32_t size = from_upstream_.payload();
  if (size > sent.bytes) return break_off("the upstream sent more than was asked for");
  turn.out.down.start(Writer{Type::data, sent.id}.u32(size).finish(size), turn.place, size);
  rest_down_ = {from_upstream_.surplus(), sent.file};
}

void Filter::take_handle(Sent& sent, const Turn& turn) {
  Reader reader{from_upstream_.body()};
  reader.u32();
  std::string handle{reader.string()};
  if (!reader.ok() || handle.size() > kMaxHandle) return break_wrong();
  const auto& path = sent.work->request.paths.front();
  if (!has_jail() || policy_.symlinks == SftpSymlinks::follow || path == jail_.root)
    return give_handle(*sent.work, handle, turn);
  Check check{jail_, Subject::path_followed, {path}, false};
  const auto pending = std::make_shared<Pending>(Pending{std::move(*sent.work), std::move(check), std::move(handle)});
  inquire(pending, pending->check.start(), turn);
}

/// Between the check and the open a folder on the way may have become a link: the file that is open is the one that was
/// checked only if its path still leads to itself.
void Filter::decide_open(const Pending& pending, const Turn& turn) {
  const auto& [work, check, handle] = pending;
  const auto [code, why] = check.verdict();
  if (code == Code::ok && check.paths() == work.request.paths) return give_handle(work, *handle, turn);
  const std::uint32_t id = next_free_id();
  outstanding_.emplace(id, Dropped{});
  turn.out.up.say(Writer{Type::close, id}.string(*handle).finish());
  deny(work, "moved while it was opened", turn.out);
}

void Filter::give_handle(const Work& work, const std::string& handle, const Turn& turn) {
  const bool is_folder = work.request.rule->type == Type::opendir;
  const auto& path = work.request.paths.front();
  const bool is_root = has_jail() && path == jail_.root;
  auto file = std::make_shared<File>(File{work.shown.front(), turn.now, is_folder, is_root, is_startup_file(path)});
  if (!open_.try_emplace(handle, std::move(file)).second) return break_off("the upstream gave the same handle twice");
  turn.out.down.say(Writer{Type::handle, work.request.id}.string(handle).finish());
}

/// To READDIR and READLINK; the other requests for a name are answered here.
void Filter::take_names(const Sent& sent, const Turn& turn) {
  const auto names = read_names(from_upstream_.body().substr(4));
  if (!names) return break_wrong();
  if (sent.rule->type == Type::readdir) {
    turn.out.down.say(write_listing(sent.id, *names, sent.file->is_root).finish());
    return;
  }
  if (names->size() != 1) return break_wrong();
  const auto target = view_of_target(jail_.root, parent(sent.work->request.paths.front()), names->front().file);
  answer_path(sent.id, target ? std::string_view{*target} : kNowhere, turn.out);
}

/// A reply that does not fit its request.
void Filter::break_wrong() {
  break_off("the upstream sent a wrong or malformed reply");
}

}  // namespace pysshrp::sftp
