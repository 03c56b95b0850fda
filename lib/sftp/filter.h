#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/backlog.h"
#include "base/deadline.h"
#include "base/sftp_policy.h"
#include "sftp/record.h"

namespace pysshrp::sftp {

/// What the route says of SFTP.
struct Policy {
  std::string root;  ///< upstream_root_path: absolute, or below the login directory; empty: no jail
  SftpSymlinks symlinks = SftpSymlinks::inside;
  SftpAccess access = SftpAccess::read_write;
  bool log = false;
};

/// Where the filter puts what goes on.
struct Out {
  Backlog up;    ///< to the upstream
  Backlog down;  ///< to the client
};

/// The SFTP version 3 conversation of one channel (draft-ietf-secsh-filexfer-02), held to a Policy. Knows no socket and no clock.
class Filter {
 public:
  using Record = std::function<void(const Event&)>;
  Filter(Policy policy, Record record);
  ~Filter();
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  /// Bytes from the client: how many of them are taken. The rest stays with the caller, who offers it again after the next down() or
  /// when `out` has drained: a request that waits for an answer of the upstream holds back what came after it.
  std::size_t up(std::span<const char> bytes, TimePoint now, Out& out);
  /// Bytes from the upstream: how many of them are taken, all unless `out.down` is full.
  std::size_t down(std::span<const char> bytes, TimePoint now, Out& out);
  /// The channel has ended: records the files that are still open.
  void finish(TimePoint now);

  /// Not empty: the channel must end, and this is why. From then on everything is swallowed.
  const std::string& broken() const noexcept;

 private:
  class Conversation;
  std::unique_ptr<Conversation> conversation_;
};

}  // namespace pysshrp::sftp
