#include "sftp/resolution.h"

#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {
constexpr std::size_t kMaxDepth = 256;  // questions at once, of up to a path each
}

std::optional<bool> is_link(const Answer& answer) {
  constexpr std::uint32_t kTypeMask = 0170000, kLink = 0120000;
  if (!answer.mode || (*answer.mode & kTypeMask) == 0) return {};
  return (*answer.mode & kTypeMask) == kLink;
}

std::vector<Question> Resolution::start() {
  const auto asked = last_ == Last::itself ? parent(path_) : std::string_view{path_};
  if (path_ == jail_.root || asked == jail_.root || jail_.symlinks == SftpSymlinks::follow) return settle({});
  if (jail_.symlinks == SftpSymlinks::deny) return walk(asked);
  return {{Type::realpath, std::string{asked}}};
}

std::vector<Question> Resolution::take(const Answer& answer) {
  switch (step_) {
    case Step::real:
    case Step::real_parent:
      return take_real(answer);
    case Step::walk:
      return take_step(answer);
    case Step::settled:
      break;  // it was settled by another component
  }
  return {};
}

std::vector<Question> Resolution::take_real(const Answer& answer) {
  if (answer.code == Code::no_such_file && last_ == Last::created && step_ == Step::real) return ask_parent();
  if (answer.code != Code::ok) return settle({answer.code, {}});
  if (!view(jail_.root, answer.name)) return settle(kOutside);
  const bool is_parent = step_ == Step::real_parent;
  if (is_parent || last_ == Last::itself) {
    path_ = below(answer.name, std::string{'/'} += last(path_));
  } else {
    path_ = answer.name;
  }
  // The last component of a file to be created: nobody has said yet that it is no link.
  if (is_parent) return walk(path_);
  return jail_.resolves ? settle({}) : walk(answer.name);
}

/// Other servers' REALPATH does not know names that do not exist yet, nor dangling links.
std::vector<Question> Resolution::ask_parent() {
  step_ = Step::real_parent;
  const auto folder = parent(path_);
  if (folder == jail_.root) return walk(path_);
  return {{Type::realpath, std::string{folder}}};
}

std::vector<Question> Resolution::walk(std::string_view path) {
  step_ = Step::walk;
  std::vector<Question> questions;
  for (auto& step : steps(jail_.root, path)) questions.push_back({Type::lstat, std::move(step)});
  missing_ = questions.size();
  if (missing_ == 0) return settle({});
  if (missing_ > kMaxDepth) return settle({Code::bad_message, {}});
  return questions;
}

std::vector<Question> Resolution::take_step(const Answer& answer) {
  if (answer.code == Code::ok && is_link(answer).value_or(true)) return settle(kLinkOnTheWay);
  if (answer.code != Code::ok && answer.code != Code::no_such_file) return settle({answer.code, {}});
  if (--missing_ > 0) return {};
  return settle({});
}

std::vector<Question> Resolution::settle(Verdict verdict) {
  step_ = Step::settled;
  verdict_ = verdict;
  return {};
}

}  // namespace pysshrp::sftp
