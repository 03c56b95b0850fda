#include "sftp/resolution.h"

#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {
constexpr std::size_t kMaxDepth = 256;  // bounds the questions per path; each may hold a whole path
}

std::optional<bool> is_link(const Answer& answer) {
  constexpr std::uint32_t kTypeMask = 0170000, kLink = 0120000;
  if (!answer.mode || (*answer.mode & kTypeMask) == 0) return {};
  return (*answer.mode & kTypeMask) == kLink;
}

bool may_be_link(const Answer& answer) {
  return answer.code == Code::ok || answer.code == Code::op_unsupported;
}

std::vector<Question> Resolution::start() {
  const auto asked = last_ == Last::itself ? parent(path_) : std::string_view{path_};
  if (path_ == jail_.root || asked == jail_.root || jail_.symlinks == SftpSymlinks::follow) return complete({});
  if (jail_.symlinks == SftpSymlinks::deny) return walk(asked);
  return {{Type::realpath, std::string{asked} += last_ == Last::folder ? "/" : ""}};
}

std::vector<Question> Resolution::on_answer(const Answer& answer) {
  switch (step_) {
    case Step::real:
    case Step::real_parent:
      return on_real_path(answer);
    case Step::walk:
      return on_lstat(answer);
    case Step::walk_untyped:
      return on_readlink(answer);
    case Step::complete:
      break;  // another component has decided already
  }
  return {};
}

std::vector<Question> Resolution::on_real_path(const Answer& answer) {
  if (answer.code == Code::no_such_file && last_ == Last::created && step_ == Step::real) return ask_parent();
  if (answer.code != Code::ok) return complete({answer.code, {}});
  if (!view(jail_.root, answer.name)) return complete(kOutside);
  const bool is_parent = step_ == Step::real_parent;
  if (is_parent || last_ == Last::itself) {
    path_ = below(answer.name, std::string{'/'} += last(path_));
  } else {
    path_ = answer.name;
  }
  // REALPATH resolved the parent only: the last component may still be a link.
  if (is_parent) return walk(path_);
  return jail_.resolves ? complete({}) : walk(answer.name);
}

/// For servers whose REALPATH fails for missing names and dangling links.
std::vector<Question> Resolution::ask_parent() {
  step_ = Step::real_parent;
  const auto folder = parent(path_);
  if (folder == jail_.root) return walk(path_);
  return {{Type::realpath, std::string{folder}}};
}

std::vector<Question> Resolution::walk(std::string_view path) {
  step_ = Step::walk;
  walked_ = path;
  return ask_all(Type::lstat);
}

std::vector<Question> Resolution::ask_all(Type type) {
  std::vector<Question> questions;
  for (auto& step : steps(jail_.root, walked_)) questions.push_back({type, std::move(step)});
  missing_ = questions.size();
  if (missing_ == 0) return complete({});
  if (missing_ > kMaxDepth) return complete({Code::bad_message, {}});
  return questions;
}

std::vector<Question> Resolution::on_lstat(const Answer& answer) {
  if (answer.code == Code::ok && is_link(answer).value_or(false)) return complete(kLinkOnTheWay);
  if (answer.code != Code::ok && answer.code != Code::no_such_file) return complete({answer.code, {}});
  is_untyped_ |= answer.code == Code::ok && !is_link(answer);
  if (--missing_ > 0) return {};
  if (!is_untyped_) return complete({});
  step_ = Step::walk_untyped;
  return ask_all(Type::readlink);
}

/// READLINK fails for anything but a link.
std::vector<Question> Resolution::on_readlink(const Answer& answer) {
  if (may_be_link(answer)) return complete(kLinkOnTheWay);
  return --missing_ > 0 ? std::vector<Question>{} : complete({});
}

std::vector<Question> Resolution::complete(CheckResult result) {
  step_ = Step::complete;
  result_ = result;
  return {};
}

}  // namespace pysshrp::sftp
