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

/// What holds for every path.
struct Jail {
  std::string root;  ///< plain, as the upstream's REALPATH gave it
  SftpSymlinks symlinks = SftpSymlinks::inside;
  bool resolves = false;       ///< its REALPATH resolves links for certain; of one that may only tidy the text every
                               ///< component is looked at
  bool keeps_targets = false;  ///< it stores a relative target of a link as it is sent; others join it to a folder
};

/// A request of the filter's own, and what came of it.
struct Question {
  Type type;  ///< realpath, lstat or readlink
  std::string path;
};
struct Answer {
  Code code = Code::ok;
  std::string name;                   ///< of REALPATH, READLINK
  std::optional<std::uint32_t> mode;  ///< of LSTAT
};

/// A code other than ok is the answer to the client; `why` is set when it is the jail that says no.
struct Verdict {
  Code code = Code::ok;
  std::string_view why;
};
inline constexpr Verdict kOutside{Code::permission_denied, "outside the root"};
inline constexpr Verdict kLinkOnTheWay{Code::permission_denied, "a symbolic link on the way"};

/// What LSTAT says of a symbolic link: nothing when it does not tell the type of the file.
std::optional<bool> is_link(const Answer& answer);

/// Finds out where one path really is.
class Resolution {
 public:
  enum class Last {
    followed,  ///< the last component, when it is a link
    itself,    ///< not followed
    created    ///< followed, and need not exist
  };
  /// `path` is at or below the root, as text. The jail outlives the resolution.
  Resolution(const Jail& jail, std::string path, Last last) : jail_(jail), path_(std::move(path)), last_(last) {}

  /// Each gives the next questions; the answers may come in any order. None when settled, or while answers are missing.
  std::vector<Question> start();
  std::vector<Question> take(const Answer& answer);

  bool settled() const noexcept { return step_ == Step::settled; }
  const Verdict& verdict() const noexcept { return verdict_; }
  const std::string& path() const noexcept { return path_; }  ///< where it is, once the verdict is ok

 private:
  enum class Step { real, real_parent, walk, settled };
  std::vector<Question> take_real(const Answer& answer);
  std::vector<Question> take_step(const Answer& answer);
  std::vector<Question> ask_parent();
  std::vector<Question> walk(std::string_view path);
  std::vector<Question> settle(Verdict verdict);

  const Jail& jail_;
  std::string path_;
  Last last_;
  Step step_ = Step::real;
  std::size_t missing_ = 0;  ///< answers to the questions of a walk
  Verdict verdict_;
};

}  // namespace pysshrp::sftp
