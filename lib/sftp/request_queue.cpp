// The queue of requests with paths that are being checked. Checks run in parallel, but requests are sent upstream in
// the client's order. A request whose check depends on the effect of an earlier one is checked after that has been
// sent.
#include <algorithm>

#include "sftp/filter.h"
#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr std::size_t kMaxInPaths = std::size_t{256} * 1024;

bool answers_with_path(const Rule& rule) {
  return rule.type == Type::realpath || rule.extension == "expand-path@openssh.com";
}

/// The paths of a request. The target of a link is not one.
std::span<const std::string> paths_of(const Request& request) {
  return std::span{request.paths}.subspan(request.rule->operands == Operands::link ? 1 : 0);
}

bool is_above(std::string_view folder, std::string_view path) {
  return view(folder, path).has_value();
}

bool are_related(const Request& a, const Request& b) {
  return std::ranges::any_of(paths_of(a), [&](const auto& one) {
    return std::ranges::any_of(paths_of(b),
                               [&](const auto& other) { return is_above(one, other) || is_above(other, one); });
  });
}

}  // namespace

/// Whether another request may be read from the client.
bool Filter::queue_accepts() const noexcept {
  const bool is_stopped = !queue_.empty() && queue_.back()->precedence == Precedence::everything;
  return !has_waiting() && !is_stopped && in_paths_ < kMaxInPaths;
}

Precedence Filter::precedence_of(const Work& work) const {
  const auto& [rule, id, paths, handle, rest] = work.request;
  if (!work.request.writes()) return Precedence::none;
  if (rule->operands == Operands::two_paths || rule->operands == Operands::link) return Precedence::paths;
  const bool is_open =
      std::ranges::any_of(open_, [&](const auto& file) { return file.second->path == work.shown.front(); });
  return is_open ? Precedence::everything : Precedence::related;
}

bool Filter::must_wait(const Work& work) const {
  return std::ranges::any_of(queue_, [&](const PendingPtr& ahead) {
    if (ahead->precedence == Precedence::none) return false;
    return ahead->precedence != Precedence::related || are_related(ahead->work.request, work.request);
  });
}

void Filter::enqueue(Work work, const Turn& turn) {
  if (must_wait(work)) {
    waiting_ = std::move(work);
    return;
  }
  Check check{jail_for(work.request), work.request.rule->operands, work.request.paths, work.last};
  const auto precedence = precedence_of(work);
  const auto pending =
      std::make_shared<Pending>(Pending{Pending::State::before, std::move(work), std::move(check), precedence, {}});
  queue_.push_back(pending);
  ask_questions(pending, pending->check.start(), turn);
}

void Filter::advance_queue(const Turn& turn) {
  while (!queue_.empty() && queue_.front()->check.is_complete()) {
    const auto next = std::move(queue_.front());
    queue_.pop_front();
    next->state = Pending::State::over;
    decide(*next, turn);
  }
  auto* work = std::get_if<Work>(&waiting_);
  if (!work || must_wait(*work)) return;
  Work next = std::move(*work);
  waiting_ = std::monostate{};
  enqueue(std::move(next), turn);
}

void Filter::ask_questions(const PendingPtr& pending, const std::vector<Check::Numbered>& questions, const Turn& turn) {
  for (const auto& [number, question] : questions)
    ask(question, CheckQuestion{pending, number, question.type}, turn.out);
  if (!pending->check.is_complete()) return;
  if (pending->state == Pending::State::before) advance_queue(turn);
  if (pending->state == Pending::State::opened) decide_open(*pending, turn);
}

void Filter::on_reply_to(const CheckQuestion& asked, const Turn& turn) {
  auto& [pending, number, type] = asked;
  const auto answer = read_answer(type);
  if (!answer) return break_off_malformed();
  if (pending->state == Pending::State::over) return;
  if (pending->state ==
      Pending::State::opening) {  // the answer came before that to the OPEN: the upstream does not keep the order
    answers_in_order_ = false;
    pending->state = Pending::State::over;
    return;
  }
  if (!pending->check.is_complete()) ask_questions(pending, pending->check.on_answer(number, *answer), turn);
}

void Filter::decide(Pending& pending, const Turn& turn) {
  auto& work = pending.work;
  const auto [code, why] = pending.check.result();
  if (!why.empty()) return deny(work, why, turn.out);
  if (code != Code::ok) return answer(work.request.id, code, turn.out);
  work.request.paths = pending.check.paths();
  const bool is_root = std::ranges::find(work.request.paths, jail_.root) != work.request.paths.end();
  if (work.request.writes() && is_root) return deny(work, kTheRoot, turn.out);  // by a link
  if (changes_startup_file(work.request, pending.check)) return deny(work, kStartupFile, turn.out);
  if (!answers_with_path(*work.request.rule)) return send(std::move(work), nullptr, turn);
  answer_path(work.request.id, view(jail_.root, work.request.paths.front()).value_or("/"), turn.out);
}

/// A folder of the path may have become a link between the check and the OPEN. So the path is checked a second time
/// after the OPEN: the right file is open if the path still leads to itself. Null if no second check is needed.
Filter::PendingPtr Filter::recheck_open(const Request& request) const {
  const bool opens = request.rule->reply == Type::handle;
  if (!opens || !has_jail() || policy_.symlinks == SftpSymlinks::follow || request.paths.front() == jail_.root)
    return nullptr;
  Check check{jail_, Operands::path_followed, request.paths, Resolution::Last::followed};
  return std::make_shared<Pending>(Pending{Pending::State::opening, {}, std::move(check), Precedence::none, {}});
}

void Filter::on_opened(Sent& sent, std::string handle, const Turn& turn) {
  const bool is_asked = sent.recheck && sent.recheck->state == Pending::State::opening;
  const auto pending = is_asked ? sent.recheck : recheck_open(sent.work->request);
  if (!pending) return give_handle(*sent.work, handle, turn);
  pending->state = Pending::State::opened;
  pending->work = std::move(*sent.work);
  pending->handle = std::move(handle);
  if (!is_asked) ask_questions(pending, pending->check.start(), turn);
}

void Filter::decide_open(Pending& pending, const Turn& turn) {
  const auto& [state, work, check, precedence, handle] = pending;
  pending.state = Pending::State::over;
  const auto [code, why] = check.result();
  if (code == Code::ok && check.paths() == work.request.paths) return give_handle(work, handle, turn);
  const std::uint32_t id = next_free_id();
  outstanding_.emplace(id, DroppedHandle{});
  turn.out.up.append(Writer{Type::close, id}.string(handle).finish());
  deny(work, "moved while it was opened", turn.out);
}

}  // namespace pysshrp::sftp
