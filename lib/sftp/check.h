#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sftp/resolution.h"
#include "sftp/rules.h"

namespace pysshrp::sftp {

/// Checks that all paths of a request are inside the jail, and that a link that it makes or moves does not lead
/// outside.
class Check {
 public:
  /// `paths` are at or below the root as text, except for the target of a new link, which is as the client sent it.
  /// `last` applies to each path. The jail outlives the check.
  Check(const Jail& jail, Operands operands, std::vector<std::string> paths, Resolution::Last last);

  /// A question, and the number to pass to on_answer().
  struct Numbered {
    std::size_t number;
    Question question;
  };
  /// Both return the next questions; none when complete, or while answers are missing. Answers may come in any order.
  std::vector<Numbered> start();
  std::vector<Numbered> on_answer(std::size_t number, const Answer& answer);

  bool is_complete() const noexcept { return step_ == Step::complete; }
  const CheckResult& result() const noexcept { return result_; }
  std::vector<std::string> paths() const;  ///< to send in the request, once the result is ok
  /// All resolved paths, including where a link that is made or moved leads.
  std::vector<std::string> reach() const;

 private:
  enum class Step { paths, moved_type, moved_untyped, moved_target, ends_of_link, complete };
  std::vector<Numbered> advance();
  std::vector<Numbered> on_moved_type(const Answer& answer);
  std::vector<Numbered> on_moved_target(const Answer& answer);
  std::vector<Numbered> check_new_link();
  std::vector<Numbered> ask_ends(std::vector<std::optional<std::string>> ends);
  std::vector<Numbered> complete(CheckResult result);

  const Jail& jail_;
  Operands operands_;
  std::string target_;                   ///< of the link to be made
  std::vector<Resolution> resolutions_;  ///< of the paths; then of where a link leads
  Step step_ = Step::paths;
  CheckResult result_;
};

}  // namespace pysshrp::sftp
