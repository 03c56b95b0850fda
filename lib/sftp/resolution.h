#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/sftp_policy.h"
#include "sftp/wire.h"

namespace pysshrp::sftp {

/// The rules for every path.
struct Jail {
  std::string root;  ///< plain, as the upstream's REALPATH gave it
  SftpSymlinks symlinks = SftpSymlinks::inside;
  bool resolves = false;       ///< REALPATH certainly resolves links. If it may only normalise the text, every
                               ///< component is asked for
  bool keeps_targets = false;  ///< the upstream stores a relative target as sent; others join it to a folder
};

/// A request of the filter's own, and its answer.
struct Question {
  Type type;  ///< realpath, lstat or readlink
  std::string path;
};
struct Answer {
  Code code = Code::ok;
  std::string name;                   ///< of REALPATH, READLINK
  std::optional<std::uint32_t> mode;  ///< of LSTAT
};

/// The result of a check. A code other than ok is the answer to the client; `why` is set if the jail refuses it.
struct CheckResult {
  Code code = Code::ok;
  std::string_view why;
};
inline constexpr CheckResult kOutside{Code::permission_denied, "outside the root"};
inline constexpr CheckResult kLinkOnTheWay{Code::permission_denied, "a symbolic link on the way"};

/// Whether an answer to LSTAT is a symbolic link; nothing if it does not tell the file's type.
std::optional<bool> is_link(const Answer& answer);
/// Whether an answer to READLINK allows for a symbolic link. True for a server without READLINK, too.
bool may_be_link(const Answer& answer);

/// Finds out where a path really leads.
class Resolution {
 public:
  enum class Last {
    followed,  ///< a link in the last component is followed
    itself,    ///< it is not followed
    folder,    ///< followed, and must be a folder: a slash follows it
    created    ///< followed, and need not exist
  };
  /// `path` is at or below the root as text. The jail outlives the resolution.
  Resolution(const Jail& jail, std::string path, Last last) : jail_(jail), path_(std::move(path)), last_(last) {}

  /// Both return the next questions; none when complete, or while answers are missing. Answers may come in any order.
  std::vector<Question> start();
  std::vector<Question> on_answer(const Answer& answer);

  bool is_complete() const noexcept { return step_ == Step::complete; }
  const CheckResult& result() const noexcept { return result_; }
  const std::string& path() const noexcept { return path_; }  ///< where it leads, once the result is ok

 private:
  enum class Step { real, real_parent, walk, walk_untyped, complete };
  std::vector<Question> on_real_path(const Answer& answer);
  std::vector<Question> on_lstat(const Answer& answer);
  std::vector<Question> on_readlink(const Answer& answer);
  std::vector<Question> ask_all(Type type);
  std::vector<Question> ask_parent();
  std::vector<Question> walk(std::string_view path);
  std::vector<Question> complete(CheckResult result);

  const Jail& jail_;
  std::string path_;
  Last last_;
  Step step_ = Step::real;
  std::string walked_;
  std::size_t missing_ = 0;  ///< outstanding answers of a walk
  bool is_untyped_ = false;  ///< some answers did not tell the file's type
  CheckResult result_;
};

}  // namespace pysshrp::sftp
