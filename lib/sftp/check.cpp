#include "sftp/check.h"

#include <algorithm>

#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr CheckResult kLinkOutside{Code::permission_denied, "a link that leads outside the root"};

std::vector<Check::Numbered> numbered(std::size_t number, std::vector<Question> questions) {
  std::vector<Check::Numbered> result;
  result.reserve(questions.size());
  for (auto& question : questions) result.push_back({number, std::move(question)});
  return result;
}

}  // namespace

Check::Check(const Jail& jail, Operands operands, std::vector<std::string> paths, Resolution::Last last)
    : jail_(jail), operands_(operands) {
  if (operands == Operands::link) {
    target_ = std::move(paths.front());
    paths.erase(paths.begin());
  }
  for (auto& path : paths) resolutions_.emplace_back(jail, std::move(path), last);
}

std::vector<Check::Numbered> Check::start() {
  std::vector<Numbered> questions;
  for (std::size_t i = 0; i < resolutions_.size(); ++i)
    std::ranges::move(numbered(i, resolutions_[i].start()), std::back_inserter(questions));
  return questions.empty() ? advance() : questions;
}

std::vector<Check::Numbered> Check::on_answer(std::size_t number, const Answer& answer) {
  if (is_complete()) return {};
  if (step_ == Step::moved_type) return on_moved_type(answer);
  if (step_ == Step::moved_untyped && !may_be_link(answer)) return complete({});
  if (step_ == Step::moved_untyped || step_ == Step::moved_target) return on_moved_target(answer);
  auto questions = resolutions_[number].on_answer(answer);
  return questions.empty() ? advance() : numbered(number, std::move(questions));
}

/// Called after each answer to a resolution.
std::vector<Check::Numbered> Check::advance() {
  for (const auto& resolution : resolutions_) {
    if (!resolution.is_complete()) continue;
    const bool dangles = step_ == Step::ends_of_link && resolution.result().code == Code::no_such_file;
    if (resolution.result().code != Code::ok && !dangles) return complete(resolution.result());
  }
  if (!std::ranges::all_of(resolutions_, &Resolution::is_complete)) return {};
  if (step_ == Step::paths && operands_ == Operands::link) return check_new_link();
  if (step_ == Step::paths && operands_ == Operands::two_paths && jail_.symlinks != SftpSymlinks::follow) {
    step_ = Step::moved_type;
    return {{0, {Type::lstat, resolutions_.front().path()}}};
  }
  return complete({});
}

std::vector<Check::Numbered> Check::on_moved_type(const Answer& answer) {
  if (answer.code == Code::no_such_file) return complete({});  // the upstream says so itself
  if (answer.code != Code::ok) return complete({answer.code, {}});
  const auto is_moved_link = is_link(answer);
  if (!is_moved_link.value_or(true)) return complete({});
  step_ = is_moved_link ? Step::moved_target : Step::moved_untyped;
  return {{0, {Type::readlink, resolutions_.front().path()}}};
}

/// A moved link must lead inside from its old folder and from its new one.
std::vector<Check::Numbered> Check::on_moved_target(const Answer& answer) {
  if (answer.code != Code::ok) return complete(kLinkOutside);
  const auto from = parent(resolutions_[0].path()), to = parent(resolutions_[1].path());
  return ask_ends({end_of(jail_.root, from, answer.name), end_of(jail_.root, to, answer.name)});
}

std::vector<Check::Numbered> Check::check_new_link() {
  const auto folder = parent(resolutions_.front().path());
  auto stored = target_to_store(jail_.root, folder, target_, jail_.keeps_targets);
  if (!stored) return complete(kLinkOutside);
  target_ = *std::move(stored);
  return ask_ends({end_of(jail_.root, folder, target_)});
}

/// Resolves the ends of the link: through other links they may still be outside. They need not exist.
std::vector<Check::Numbered> Check::ask_ends(std::vector<std::optional<std::string>> ends) {
  step_ = Step::ends_of_link;
  std::vector<Numbered> questions;
  for (auto& end : ends) {
    if (!end) return complete(kLinkOutside);
    resolutions_.emplace_back(jail_, *std::move(end), Resolution::Last::followed);
    std::ranges::move(numbered(resolutions_.size() - 1, resolutions_.back().start()), std::back_inserter(questions));
  }
  return questions.empty() ? advance() : questions;
}

std::vector<Check::Numbered> Check::complete(CheckResult result) {
  step_ = Step::complete;
  result_ = result;
  return {};
}

std::vector<std::string> Check::reach() const {
  std::vector<std::string> paths;
  for (const auto& resolution : resolutions_) paths.push_back(resolution.path());
  return paths;
}

std::vector<std::string> Check::paths() const {
  if (operands_ == Operands::link) return {target_, resolutions_.front().path()};
  std::vector<std::string> paths;
  const std::size_t named = operands_ == Operands::two_paths ? 2 : 1;
  for (std::size_t i = 0; i < named; ++i) paths.push_back(resolutions_[i].path());
  return paths;
}

}  // namespace pysshrp::sftp
