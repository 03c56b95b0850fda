#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sftp/resolution.h"
#include "sftp/rules.h"

namespace pysshrp::sftp {

/// Finds out whether all that one request names is inside the jail, and that no link comes to lead outside by it.
class Check {
 public:
  /// `paths` are at or below the root, as text, but for the target of a link to be made: that is as the client typed
  /// it. The jail outlives the check.
  Check(const Jail& jail, Subject subject, std::vector<std::string> paths, bool creates);

  /// A question, and the number to hand its answer in with.
  struct Numbered {
    std::size_t number;
    Question question;
  };
  /// Each gives the next questions; the answers may come in any order. None when settled, or while answers are missing.
  std::vector<Numbered> start();
  std::vector<Numbered> take(std::size_t number, const Answer& answer);

  bool settled() const noexcept { return step_ == Step::settled; }
  const Verdict& verdict() const noexcept { return verdict_; }
  std::vector<std::string> paths() const;  ///< to be sent, once the verdict is ok
  /// These, and where a link that is made or moved leads.
  std::vector<std::string> reach() const;

 private:
  enum class Step { paths, moved_type, moved_target, ends_of_link, settled };
  std::vector<Numbered> advance();
  std::vector<Numbered> take_moved_type(const Answer& answer);
  std::vector<Numbered> take_moved_target(const Answer& answer);
  std::vector<Numbered> judge_new_link();
  std::vector<Numbered> ask_ends(std::vector<std::optional<std::string>> ends);
  std::vector<Numbered> settle(Verdict verdict);

  const Jail& jail_;
  Subject subject_;
  std::string target_;                   ///< of the link to be made
  std::vector<Resolution> resolutions_;  ///< of the paths; then of where a link leads
  Step step_ = Step::paths;
  Verdict verdict_;
};

}  // namespace pysshrp::sftp
