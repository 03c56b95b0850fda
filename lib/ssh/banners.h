#pragma once
#include <string>
#include <utility>
#include <vector>

#include "ssh/handles.h"

namespace pysshrp::ssh {

/// What a server has had shown to its user (SSH_MSG_USERAUTH_BANNER; RFC 4252, section 5.4) and nobody has taken yet.
/// libssh keeps the last banner only, also of several that come in at once: the one before it is saved when the next
/// one is there.
class Banners {
 public:
  /// `session` outlives it.
  explicit Banners(ssh_session session) noexcept : session_(session) {}
  /// Another one has come in, and libssh still has the one before it. See BannerWatch.
  void note_next();
  std::vector<std::string> take();

 private:
  void save_last();
  const ssh_session session_;
  bool last_is_new_ = false;  ///< libssh has one that is not among those saved
  std::vector<std::string> saved_;
};

}  // namespace pysshrp::ssh
