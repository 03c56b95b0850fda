// What the client asks for.
#include <algorithm>

#include "base/result.h"
#include "sftp/filter.h"
#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr std::size_t kMaxPath = 4096;  // Linux's PATH_MAX
constexpr std::size_t kMaxInOpenPaths = std::size_t{1024} * 1024;
using Last = Resolution::Last;
constexpr std::string_view kExpandPath = "expand-path@openssh.com", kHomeDirectory = "home-directory";
constexpr std::string_view kNoOrder = "the upstream does not show which string of SYMLINK it takes for the link";

/// Whether a path can exist: its length is at most PATH_MAX, and it has no NUL. sftp-server answers BAD_MESSAGE, too.
bool is_sane(std::string_view path) {
  return path.size() <= kMaxPath && path.find('\0') == path.npos;
}

/// How to treat the last component. A slash after it means a folder, and then a link is followed.
Last last_of(const Request& request) {
  const auto& [rule, id, paths, handle, rest] = request;
  const bool has_one = rule->operands == Operands::path_followed || rule->operands == Operands::path_itself;
  const bool wants_folder = rule->type == Type::mkdir || rule->type == Type::rmdir;
  const std::string_view path = paths.front();
  if (has_one && !wants_folder && confine(path) != "/" && (path.ends_with('/') || path.ends_with("/.")))
    return Last::folder;
  if (rule->operands != Operands::path_followed) return Last::itself;
  return (request.flags() & kCreate) != 0 ? Last::created : Last::followed;
}

/// Expands `~` to the root. False for `~user`: other home directories do not exist in a jail.
bool expand(std::string& path) {
  if (!path.starts_with('~')) return true;
  path.erase(0, 1);
  return path.empty() || path.front() == '/';
}

}  // namespace

void Filter::on_request(const Turn& turn) {
  if (from_client_.type() == Type::init) return on_init(turn);
  if (stage_ != Stage::ready) return break_off("the client sent a request before INIT");
  rest_up_.surplus =
      std::size_t{from_client_.payload()} + from_client_.surplus();  // dropped, unless the request is sent upstream
  auto read = read_request(from_client_.type(), from_client_.body());
  if (const auto* request = std::get_if<Request>(&read); request && !offers(*request->rule))
    read = Unsupported{request->id};
  std::visit(Cases{[&](Request& request) { evaluate(std::move(request), turn); },
                   [&](const Unsupported& unknown) { answer(unknown.id, Code::op_unsupported, turn.out); },
                   [&](const Malformed&) { break_off("the client sent a malformed request"); }},
             read);
}

/// Version 3 is the highest version supported. Extensions in INIT are ignored.
void Filter::on_init(const Turn& turn) {
  if (stage_ != Stage::init) return break_off("the client sent a second INIT");
  const std::uint32_t version = Reader{from_client_.body()}.u32();
  if (version < kVersion) return break_off("the client speaks SFTP version " + std::to_string(version));
  turn.out.up.append(Writer{Type::init}.u32(kVersion).finish());
  stage_ = Stage::version;
}

void Filter::evaluate(Request request, const Turn& turn) {
  const Rule& rule = *request.rule;
  const bool has_handle = rule.operands == Operands::handle || rule.operands == Operands::two_handles;
  if (!std::ranges::all_of(request.paths, is_sane)) return answer(request.id, Code::bad_message, turn.out);
  if (rule.operands == Operands::link) {
    if (needs_order() && refusal(request).empty()) return ask_order(std::move(request), turn);
    if (policy_.client_sends_link_first && upstream_order() == SymlinkOrder::link_first)
      std::swap(request.paths.front(), request.paths.back());
  }
  start_paths(request);
  Work work{std::move(request), {}};
  for (const auto& path : work.request.paths) work.shown.push_back(has_jail() ? confine(path) : path);
  if (rule.operands == Operands::link) work.shown.front() = work.request.paths.front();
  const auto file = has_handle ? find(work.request.handle) : nullptr;
  const auto second = rule.operands == Operands::two_handles ? find(work.request.second_handle()) : nullptr;
  if (file) work.shown.push_back(file->path);
  if (second) work.shown.push_back(second->path);

  if (const auto why = refusal(work.request); !why.empty()) return deny(work, why, turn.out);
  if (!work.request.paths.empty()) {
    std::size_t held = sizeof(Pending) + work.request.rest.size();
    for (const auto& path : work.request.paths) held += path.size();
    work.share = {in_paths_, held};
    return evaluate_paths(std::move(work), turn);
  }
  // The upstream must not see an unknown handle: the client could guess one whose check is not complete.
  if ((has_handle && !file) || (rule.operands == Operands::two_handles && !second))
    return answer(work.request.id, Code::failure, turn.out);
  if (file && file->is_root && rule.writes) return deny(work, kTheRoot, turn.out);
  if (rule.writes && ((file && file->is_startup_file) || (second && second->is_startup_file)))
    return deny(work, kStartupFile, turn.out);
  if (has_jail() && rule.extension == kHomeDirectory) return answer_path(work.request.id, "/", turn.out);
  send(std::move(work), file, turn);
}

/// Whether the probe has to run before this SYMLINK. Without a jail only if the strings probably have to be swapped.
bool Filter::needs_order() const {
  const bool is_of_interest = has_jail() || policy_.likely_order == SymlinkOrder::link_first;
  return is_of_interest && order_.state() == SymlinkOrderProbe::State::unasked;
}

void Filter::ask_order(Request request, const Turn& turn) {
  waiting_ = std::move(request);
  order_.start();
  for (std::size_t i = 0; i < order_.kRequests.size(); ++i) {
    const std::uint32_t id = next_free_id();
    outstanding_.emplace(id, OrderQuestion{i});
    const auto [first, second] = order_.kRequests[i];
    turn.out.up.append(Writer{Type::symlink, id}.string(first).string(second).finish());
  }
}

SymlinkOrder Filter::upstream_order() const {
  return order_.order().value_or(policy_.likely_order);
}

void Filter::evaluate_paths(Work work, const Turn& turn) {
  auto& [rule, id, paths, handle, rest] = work.request;
  if (rule->reply == Type::handle && (open_.size() >= kMaxOpen || in_open_paths_ >= kMaxInOpenPaths))
    return answer(id, Code::failure, turn.out);
  if (!has_jail()) return send(std::move(work), nullptr, turn);
  if (rule->operands == Operands::link && !order_.order()) {
    if (order_.is_unsupported()) return answer(id, Code::op_unsupported, turn.out);
    return deny(work, kNoOrder, turn.out);
  }
  if (rule->extension == kExpandPath && !expand(paths.front())) return answer(id, Code::no_such_file, turn.out);
  const std::size_t first = rule->operands == Operands::link ? 1 : 0;
  work.last = last_of(work.request);
  if (work.last == Last::folder && rule->type == Type::remove) return answer(id, Code::no_such_file, turn.out);
  for (std::size_t i = first; i < paths.size(); ++i) {
    work.shown[i] = confine(paths[i]);
    paths[i] = below(jail_.root, work.shown[i]);
    if (rule->type == Type::mkdir && work.shown[i] == "/") return answer(id, Code::failure, turn.out);
    if (work.request.writes() && work.shown[i] == "/") return deny(work, kTheRoot, turn.out);
  }
  enqueue(std::move(work), turn);
}

Filter::FilePtr Filter::find(std::string_view handle) const {
  const auto found = open_.find(handle);
  return found == open_.end() ? nullptr : found->second;
}

void Filter::send(Work work, FilePtr file, const Turn& turn) {
  Request& request = work.request;
  const Rule& rule = *request.rule;
  if (rule.operands == Operands::link && upstream_order() == SymlinkOrder::link_first)
    std::swap(request.paths.front(), request.paths.back());
  Sent sent{&rule,           request.id, rule.type == Type::read ? request.length() : from_client_.payload(),
            std::move(file), nullptr,    answers_in_order_ ? recheck_open(request) : nullptr};
  if (rule.type == Type::close) open_.erase(request.handle);
  const std::uint32_t id = next_free_id();
  if (rule.type == Type::write) {
    turn.out.up.begin_payload(write_request(request, id).finish(from_client_.payload()), turn.place,
                              from_client_.payload());
    rest_up_.surplus = from_client_.surplus();
  } else {
    if (work.last == Last::folder) request.paths.front() += '/';  // lets the upstream check that it is a folder
    turn.out.up.append(write_request(request, id).finish());
    if (work.last == Last::folder) request.paths.front().pop_back();
  }
  std::string{}.swap(work.request.rest);  // frees up to a frame's bytes
  if (rule.is_logged || !request.paths.empty()) sent.work = std::make_unique<Work>(std::move(work));
  const auto recheck = sent.recheck;
  outstanding_.emplace(id, std::move(sent));
  if (recheck) ask_questions(recheck, recheck->check.start(), turn);
}

}  // namespace pysshrp::sftp
