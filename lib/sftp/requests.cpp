// What the client asks for.
#include <algorithm>

#include "base/result.h"
#include "sftp/filter.h"
#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr std::size_t kMaxPath = 4096;  // Linux's PATH_MAX
constexpr std::size_t kMaxOpen = 4096;  // sftp-server has as many as the process may have descriptors
constexpr std::string_view kExpandPath = "expand-path@openssh.com", kHomeDirectory = "home-directory";
constexpr std::string_view kNoOrder = "the upstream does not show which string of SYMLINK it takes for the link";
constexpr std::string_view kTheRoot = "the root itself", kStartupFile = "a file that the login reads";

bool answers_with_path(const Rule& rule) {
  return rule.type == Type::realpath || rule.extension == kExpandPath;
}

/// What sftp-server does not choke on. It says the same of a path that is too long for the system.
bool is_sane(std::string_view path) {
  return path.size() <= kMaxPath && path.find('\0') == path.npos;
}

/// `~` is the root. Nobody else has a home directory here: false.
bool expand(std::string& path) {
  if (!path.starts_with('~')) return true;
  path.erase(0, 1);
  return path.empty() || path.front() == '/';
}

}  // namespace

void Filter::take_request(const Turn& turn) {
  if (from_client_.type() == Type::init) return take_init(turn);
  if (stage_ != Stage::ready) return break_off("the client sent a request before INIT");
  rest_up_.surplus = std::size_t{from_client_.payload()} + from_client_.surplus();  // unless it goes on
  auto read = read_request(from_client_.type(), from_client_.body());
  if (const auto* request = std::get_if<Request>(&read); request && !offers(*request->rule))
    read = Unsupported{request->id};
  std::visit(Cases{[&](Request& request) { judge(std::move(request), turn); },
                   [&](const Unsupported& unknown) { answer(unknown.id, Code::op_unsupported, turn.out); },
                   [&](const Malformed&) { break_off("the client sent a malformed request"); }},
             read);
}

/// Version 3 is the highest spoken here; what else INIT carries is for others.
void Filter::take_init(const Turn& turn) {
  if (stage_ != Stage::init) return break_off("the client sent a second INIT");
  const std::uint32_t version = Reader{from_client_.body()}.u32();
  if (version < kVersion) return break_off("the client speaks SFTP version " + std::to_string(version));
  turn.out.up.say(Writer{Type::init}.u32(kVersion).finish());
  stage_ = Stage::version;
}

void Filter::judge(Request request, const Turn& turn) {
  const Rule& rule = *request.rule;
  const bool has_handle = rule.subject == Subject::handle || rule.subject == Subject::two_handles;
  if (!std::ranges::all_of(request.paths, is_sane)) return answer(request.id, Code::bad_message, turn.out);
  if (rule.subject == Subject::link) {
    if (needs_order() && refusal(request).empty()) return ask_order(std::move(request), turn);
    if (policy_.client_sends_link_first && upstream_order() == SymlinkOrder::link_first)
      std::swap(request.paths.front(), request.paths.back());
  }
  start_paths(request);
  Work work{std::move(request), {}};
  for (const auto& path : work.request.paths) work.shown.push_back(has_jail() ? confine(path) : path);
  if (rule.subject == Subject::link) work.shown.front() = work.request.paths.front();
  const auto file = has_handle ? find(work.request.handle) : nullptr;
  const auto second = rule.subject == Subject::two_handles ? find(work.request.second_handle()) : nullptr;
  if (file) work.shown.push_back(file->path);
  if (second) work.shown.push_back(second->path);

  if (const auto why = refusal(work.request); !why.empty()) return deny(work, why, turn.out);
  if (!work.request.paths.empty()) return judge_paths(std::move(work), turn);
  // A handle that is still being checked can be guessed, so it is not for the upstream alone to know which ones there
  // are.
  if ((has_handle && !file) || (rule.subject == Subject::two_handles && !second))
    return answer(work.request.id, Code::failure, turn.out);
  if (file && file->is_root && rule.writes) return deny(work, kTheRoot, turn.out);
  if (rule.writes && ((file && file->is_startup_file) || (second && second->is_startup_file)))
    return deny(work, kStartupFile, turn.out);
  if (has_jail() && rule.extension == kHomeDirectory) return answer_path(work.request.id, "/", turn.out);
  send(std::move(work), file, turn);
}

/// Before the first SYMLINK. Without a jail only where the strings probably have to be swapped.
bool Filter::needs_order() const {
  const bool is_of_interest = has_jail() || policy_.likely_order == SymlinkOrder::link_first;
  return is_of_interest && order_.state() == SymlinkOrderProbe::State::unasked;
}

void Filter::ask_order(Request request, const Turn& turn) {
  waiting_ = std::make_unique<Request>(std::move(request));
  order_.start();
  for (std::size_t i = 0; i < order_.kRequests.size(); ++i) {
    const std::uint32_t id = next_free_id();
    outstanding_.emplace(id, AskedOrder{i});
    const auto [first, second] = order_.kRequests[i];
    turn.out.up.say(Writer{Type::symlink, id}.string(first).string(second).finish());
  }
}

SymlinkOrder Filter::upstream_order() const {
  return order_.order().value_or(policy_.likely_order);
}

void Filter::judge_paths(Work work, const Turn& turn) {
  auto& [rule, id, paths, handle, rest] = work.request;
  if (rule->reply == Type::handle && open_.size() >= kMaxOpen) return answer(id, Code::failure, turn.out);
  if (!has_jail()) return send(std::move(work), nullptr, turn);
  if (rule->subject == Subject::link && !order_.order()) {
    if (order_.is_unsupported()) return answer(id, Code::op_unsupported, turn.out);
    return deny(work, kNoOrder, turn.out);
  }
  if (rule->extension == kExpandPath && !expand(paths.front())) return answer(id, Code::no_such_file, turn.out);
  const std::size_t first = rule->subject == Subject::link ? 1 : 0;
  for (std::size_t i = first; i < paths.size(); ++i) {
    work.shown[i] = confine(paths[i]);
    paths[i] = below(jail_.root, work.shown[i]);
    if (work.request.writes() && work.shown[i] == "/") return deny(work, kTheRoot, turn.out);
  }
  const bool creates = (work.request.flags() & kCreate) != 0;
  Check check{jail_for(work.request), rule->subject, paths, creates};
  const auto pending = std::make_shared<Pending>(Pending{std::move(work), std::move(check), {}});
  held_ = pending;
  inquire(pending, pending->check.start(), turn);
}

Filter::FilePtr Filter::find(std::string_view handle) const {
  const auto found = open_.find(handle);
  return found == open_.end() ? nullptr : found->second;
}

void Filter::inquire(const std::shared_ptr<Pending>& pending, const std::vector<Check::Numbered>& questions,
                     const Turn& turn) {
  for (const auto& [number, question] : questions) ask(question, Asked{pending, number, question.type}, turn.out);
  if (!pending->check.settled()) return;
  if (pending->handle) return decide_open(*pending, turn);
  held_.reset();
  decide(*pending, turn);
}

void Filter::decide(Pending& pending, const Turn& turn) {
  auto& [work, check, handle] = pending;
  const auto [code, why] = check.verdict();
  if (!why.empty()) return deny(work, why, turn.out);
  if (code != Code::ok) return answer(work.request.id, code, turn.out);
  work.request.paths = check.paths();
  const bool is_root = std::ranges::find(work.request.paths, jail_.root) != work.request.paths.end();
  if (work.request.writes() && is_root) return deny(work, kTheRoot, turn.out);  // by a link
  if (changes_startup_file(work.request, check)) return deny(work, kStartupFile, turn.out);
  if (!answers_with_path(*work.request.rule)) return send(std::move(work), nullptr, turn);
  answer_path(work.request.id, view(jail_.root, work.request.paths.front()).value_or("/"), turn.out);
}

void Filter::send(Work work, FilePtr file, const Turn& turn) {
  Request& request = work.request;
  const Rule& rule = *request.rule;
  if (rule.subject == Subject::link && upstream_order() == SymlinkOrder::link_first)
    std::swap(request.paths.front(), request.paths.back());
  Sent sent{&rule, request.id, rule.type == Type::read ? request.length() : from_client_.payload(), std::move(file),
            nullptr};
  if (rule.type == Type::close) open_.erase(request.handle);
  const std::uint32_t id = next_free_id();
  if (rule.type == Type::write) {
    turn.out.up.start(write_request(request, id).finish(from_client_.payload()), turn.place, from_client_.payload());
    rest_up_.surplus = from_client_.surplus();
  } else {
    turn.out.up.say(write_request(request, id).finish());
  }
  std::string{}.swap(work.request.rest);  // it may be as long as the frame was
  if (rule.is_logged || !request.paths.empty()) sent.work = std::make_unique<Work>(std::move(work));
  outstanding_.emplace(id, std::move(sent));
}

}  // namespace pysshrp::sftp
