#include "sftp/check.h"

#include <algorithm>

#include "sftp/path.h"

namespace pysshrp::sftp {
namespace {

constexpr Verdict kLinkOutside{Code::permission_denied, "a link that leads outside the root"};

std::vector<Check::Numbered> numbered(std::size_t number, std::vector<Question> questions) {
  std::vector<Check::Numbered> result;
  result.reserve(questions.size());
  for (auto& question : questions) result.push_back({number, std::move(question)});
  return result;
}

}  // namespace

Check::Check(const Jail& jail, Subject subject, std::vector<std::string> paths, bool creates)
    : jail_(jail), subject_(subject) {
  using Last = Resolution::Last;
  if (subject == Subject::link) {
    target_ = std::move(paths.front());
    paths.erase(paths.begin());
  }
  const auto last = subject != Subject::path_followed ? Last::itself : creates ? Last::created : Last::followed;
  for (auto& path : paths) resolutions_.emplace_back(jail, std::move(path), last);
}

std::vector<Check::Numbered> Check::start() {
  std::vector<Numbered> questions;
  for (std::size_t i = 0; i < resolutions_.size(); ++i)
    std::ranges::move(numbered(i, resolutions_[i].start()), std::back_inserter(questions));
  return questions.empty() ? advance() : questions;
}

std::vector<Check::Numbered> Check::take(std::size_t number, const Answer& answer) {
  if (settled()) return {};
  if (step_ == Step::moved_type) return take_moved_type(answer);
  if (step_ == Step::moved_target) return take_moved_target(answer);
  auto questions = resolutions_[number].take(answer);
  return questions.empty() ? advance() : numbered(number, std::move(questions));
}

/// After an answer to one of the resolutions.
std::vector<Check::Numbered> Check::advance() {
  for (const auto& resolution : resolutions_) {
    if (!resolution.settled()) continue;
    const bool dangles = step_ == Step::ends_of_link && resolution.verdict().code == Code::no_such_file;
    if (resolution.verdict().code != Code::ok && !dangles) return settle(resolution.verdict());
  }
  if (!std::ranges::all_of(resolutions_, &Resolution::settled)) return {};
  if (step_ == Step::paths && subject_ == Subject::link) return judge_new_link();
  if (step_ == Step::paths && subject_ == Subject::two_paths && jail_.symlinks != SftpSymlinks::follow) {
    step_ = Step::moved_type;
    return {{0, {Type::lstat, resolutions_.front().path()}}};
  }
  return settle({});
}

std::vector<Check::Numbered> Check::take_moved_type(const Answer& answer) {
  if (answer.code == Code::no_such_file) return settle({});  // the upstream says so itself
  if (answer.code != Code::ok) return settle({answer.code, {}});
  if (!is_link(answer).value_or(true)) return settle({});
  step_ = Step::moved_target;
  return {{0, {Type::readlink, resolutions_.front().path()}}};
}

/// Neither where it is nor where it comes to be may the link lead outside.
std::vector<Check::Numbered> Check::take_moved_target(const Answer& answer) {
  if (answer.code != Code::ok) return settle(kLinkOutside);
  const auto from = parent(resolutions_[0].path()), to = parent(resolutions_[1].path());
  return ask_ends({end_of(jail_.root, from, answer.name), end_of(jail_.root, to, answer.name)});
}

std::vector<Check::Numbered> Check::judge_new_link() {
  const auto folder = parent(resolutions_.front().path());
  auto stored = target_to_store(jail_.root, folder, target_, jail_.keeps_targets);
  if (!stored) return settle(kLinkOutside);
  target_ = *std::move(stored);
  return ask_ends({end_of(jail_.root, folder, target_)});
}

/// By way of other links an end may still be outside. It need not exist.
std::vector<Check::Numbered> Check::ask_ends(std::vector<std::optional<std::string>> ends) {
  step_ = Step::ends_of_link;
  std::vector<Numbered> questions;
  for (auto& end : ends) {
    if (!end) return settle(kLinkOutside);
    resolutions_.emplace_back(jail_, *std::move(end), Resolution::Last::followed);
    std::ranges::move(numbered(resolutions_.size() - 1, resolutions_.back().start()), std::back_inserter(questions));
  }
  return questions.empty() ? advance() : questions;
}

std::vector<Check::Numbered> Check::settle(Verdict verdict) {
  step_ = Step::settled;
  verdict_ = verdict;
  return {};
}

std::vector<std::string> Check::reach() const {
  std::vector<std::string> paths;
  for (const auto& resolution : resolutions_) paths.push_back(resolution.path());
  return paths;
}

std::vector<std::string> Check::paths() const {
  if (subject_ == Subject::link) return {target_, resolutions_.front().path()};
  std::vector<std::string> paths;
  const std::size_t named = subject_ == Subject::two_paths ? 2 : 1;
  for (std::size_t i = 0; i < named; ++i) paths.push_back(resolutions_[i].path());
  return paths;
}

}  // namespace pysshrp::sftp
