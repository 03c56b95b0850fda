// What the upstream answers.
#include <algorithm>
#include <utility>

#include "base/result.h"
#include "sftp/filter.h"
#include "sftp/listing.h"
#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr std::size_t kMaxHandle = 256;  // section 6.2
constexpr std::string_view kLimits = "limits@openssh.com";
/// On Linux a link to /proc/PID. If REALPATH answers with a number it resolves links.
constexpr std::string_view kProof = "/proc/self";
/// An extension of OpenSSH's server and of close imitations (asyncssh, ProFTPD): they store a link's target as sent,
/// and handle requests one after the other. Erlang's and Twisted's servers join a target to the login directory.
constexpr std::string_view kOfKeepers = "fstatvfs@openssh.com";

}  // namespace

void Filter::on_reply(const Turn& turn) {
  if (stage_ == Stage::version) return on_version(turn);
  auto found = outstanding_.extract(Reader{from_upstream_.body()}.u32());
  if (!found) return break_off("the upstream answered a request that nobody made");
  std::visit([&](auto& what) { on_reply_to(what, turn); }, found.mapped());
}

void Filter::on_version(const Turn& turn) {
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
    answers_in_order_ |= name == kOfKeepers;
    if (reader.ok() && rule && offers(*rule) && policy_.options.permits(*rule)) writer.string(name).string(data);
  }
  if (!reader.ok()) return break_off_malformed();
  turn.out.down.append(writer.finish());
  stage_ = has_jail() ? Stage::root : Stage::ready;
  if (!has_jail()) return;
  if (policy_.symlinks == SftpSymlinks::inside) ask({Type::realpath, std::string{kProof}}, ProofQuestion{}, turn.out);
  ask({Type::realpath, policy_.root}, RootQuestion{}, turn.out);
  outstanding_.emplace(kHomeId, HomeQuestion{});
  turn.out.up.append(Writer{Type::realpath, kHomeId}.string(".").finish());
}

void Filter::on_reply_to(OrderQuestion asked, const Turn& turn) {
  Reader reader{from_upstream_.body().substr(4)};
  const auto code = static_cast<Code>(reader.u32());
  if (from_upstream_.type() != Type::status || !reader.ok()) return break_off_malformed();
  order_.on_answer(asked.number, code);
  if (order_.state() != SymlinkOrderProbe::State::over) return;
  Request next = std::get<Request>(std::move(waiting_));
  waiting_ = std::monostate{};
  evaluate(std::move(next), turn);
}

void Filter::on_reply_to(RootQuestion, const Turn&) {
  const auto answer = read_answer(Type::realpath);
  if (!answer) return break_off_malformed();
  if (answer->code != Code::ok) return break_off("the root: " + std::string{words(answer->code)});
  if (!is_plain(answer->name)) return break_off("the upstream gives no absolute path for the root");
  jail_.root = answer->name;
  enter_jail();
}

void Filter::on_reply_to(HomeQuestion, const Turn&) {
  const auto answer = read_answer(Type::realpath);
  if (!answer) return break_off_malformed();
  home_ = answer->code == Code::ok && is_plain(answer->name) ? answer->name : "";
  enter_jail();
}

void Filter::on_reply_to(ProofQuestion, const Turn&) {
  const auto answer = read_answer(Type::realpath);
  if (!answer) return break_off_malformed();
  const auto number = std::string_view{answer->name}.substr(std::min(answer->name.size(), parent(kProof).size() + 1));
  jail_.resolves = is_plain(answer->name) && parent(answer->name) == parent(kProof) && !number.empty() &&
                   number.find_first_not_of("0123456789") == number.npos;
}

void Filter::on_reply_to(DroppedHandle, const Turn&) {
  if (from_upstream_.type() != Type::status) break_off_malformed();
}

/// The answer to one of the filter's questions; nothing if it has a wrong type or is malformed.
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

void Filter::on_reply_to(Sent& sent, const Turn& turn) {
  const Type type = from_upstream_.type();
  if (type == Type::status) return on_status(sent, turn);
  if (type != sent.rule->reply) return break_off_malformed();
  if (type == Type::data) return on_data(sent, turn);
  if (sent.rule->extension == kLimits) return pass_limits(sent, turn.out);
  if (type == Type::handle) return on_handle(sent, turn);
  if (type == Type::name && from_upstream_.is_long()) return on_long_names(sent, turn);
  if (type == Type::name && has_jail()) return on_names(sent, turn);
  pass(sent, turn.out);
}

void Filter::pass(const Sent& sent, Out& out) const {
  out.down.append(Writer{from_upstream_.type(), sent.id}.raw(from_upstream_.body().substr(4)).finish());
}

/// Lowers the promised number of handles to kMaxOpen.
void Filter::pass_limits(const Sent& sent, Out& out) {
  Reader reader{from_upstream_.body().substr(4)};
  const auto sizes = reader.raw(3 * 8);  // of a packet, a read, a write
  const std::uint64_t handles = reader.u64();
  if (!reader.ok()) return break_off_malformed();
  const auto most = handles == 0 ? kMaxOpen : std::min<std::uint64_t>(handles, kMaxOpen);
  Writer writer{Type::extended_reply, sent.id};
  out.down.append(writer.raw(sizes).u32(0).u32(static_cast<std::uint32_t>(most)).raw(reader.left()).finish());
}

void Filter::on_status(Sent& sent, const Turn& turn) {
  if (sent.recheck) sent.recheck->state = Pending::State::over;
  Reader reader{from_upstream_.body()};
  reader.u32();
  const auto code = static_cast<Code>(reader.u32());
  if (!reader.ok() || (code == Code::ok && sent.rule->reply != Type::status)) return break_off_malformed();
  if (sent.rule->type == Type::write && code == Code::ok) sent.file->bytes_written += sent.bytes;
  if (sent.rule->type == Type::close) close_file(*sent.file, turn.now, false);
  if (sent.rule->is_logged && policy_.log)
    record_(Operation{sent.rule->name, sent.work->shown, static_cast<std::uint32_t>(code)});
  if (!has_jail()) return pass(sent, turn.out);
  answer(sent.id, code, words_for(code, reader.string()), turn.out);
}

/// The upstream's own words (a quota, a scanner), unless they may contain a path: then the words of the code.
std::string_view Filter::words_for(Code code, std::string_view upstreams) const {
  constexpr std::size_t kMost = 256;
  const auto is_of_path = [](unsigned char c) { return c == '/' || c == '\\' || c < ' ' || c == 0x7f; };
  const bool names_root = jail_.root != "/" && upstreams.find(last(jail_.root)) != upstreams.npos;
  const bool is_harmless =
      !upstreams.empty() && upstreams.size() <= kMost && !names_root && std::ranges::none_of(upstreams, is_of_path);
  return is_harmless ? upstreams : words(code);
}

void Filter::on_data(const Sent& sent, const Turn& turn) {
  const std::uint32_t size = from_upstream_.payload();
  if (size > sent.bytes) return break_off("the upstream sent more than was asked for");
  turn.out.down.begin_payload(Writer{Type::data, sent.id}.u32(size).finish(size), turn.place, size);
  rest_down_ = {from_upstream_.surplus(), sent.file, {}};
}

void Filter::on_handle(Sent& sent, const Turn& turn) {
  Reader reader{from_upstream_.body()};
  reader.u32();
  std::string handle{reader.string()};
  if (!reader.ok() || handle.size() > kMaxHandle) return break_off_malformed();
  on_opened(sent, std::move(handle), turn);
}

void Filter::give_handle(const Work& work, const std::string& handle, const Turn& turn) {
  const bool is_folder = work.request.rule->type == Type::opendir;
  const auto& path = work.request.paths.front();
  const bool is_root = has_jail() && path == jail_.root;
  const auto& shown = work.shown.front();
  auto file = std::make_shared<File>(
      File{shown, turn.now, is_folder, is_root, is_startup_file(path), Share{in_open_paths_, shown.size()}});
  if (!open_.try_emplace(handle, std::move(file)).second) return break_off("the upstream gave the same handle twice");
  turn.out.down.append(Writer{Type::handle, work.request.id}.string(handle).finish());
}

/// The reply to READDIR or READLINK in a jail. Other requests for a name are answered by the filter itself.
void Filter::on_names(const Sent& sent, const Turn& turn) {
  const auto names = read_names(from_upstream_.body().substr(4));
  if (!names) return break_off_malformed();
  if (sent.rule->type == Type::readdir) {
    turn.out.down.append(write_listing(sent.id, *names, sent.file->is_root).finish());
    return;
  }
  if (names->size() != 1) return break_off_malformed();
  const auto target = view_of_target(jail_.root, parent(sent.work->request.paths.front()), names->front().file);
  answer_path(sent.id, target ? std::string_view{*target} : kNowhere, turn.out);
}

/// A listing that is too long to gather. In a jail it is rewritten while it passes.
void Filter::on_long_names(const Sent& sent, const Turn& turn) {
  if (sent.rule->type != Type::readdir) return break_off_malformed();
  const std::uint32_t size = from_upstream_.payload();
  turn.out.down.begin_payload(Writer{Type::name, sent.id}.finish(size), {}, size);
  if (has_jail()) rest_down_.listing.emplace(size, sent.file->is_root);
}

/// A reply that does not fit its request.
void Filter::break_off_malformed() {
  break_off("the upstream sent a wrong or malformed reply");
}

}  // namespace pysshrp::sftp
