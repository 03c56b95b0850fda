#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "sftp/wire.h"

namespace pysshrp::sftp {

/// Which string of SYMLINK comes first: the link in the draft (section 6.10), the target in OpenSSH. Nothing on the
/// wire tells which.
enum class SymlinkOrder { target_first, link_first };

/// Whether this client sends the draft's order to every server. `client` is its identification string without
/// `SSH-2.0-`. All other clients send OpenSSH's order, always or because the proxy identifies itself as OpenSSH.
bool sends_link_first(std::string_view client);
/// The order that this upstream probably expects. Some servers choose it by the client's identification, which is
/// libssh's here.
SymlinkOrder likely_order_of_upstream(std::string_view software);

/// Finds out the upstream's order with two SYMLINK requests, one in each order. Neither can succeed: the link would be
/// `/`, which exists, or in a folder that does not exist. Only the latter fails with NO_SUCH_FILE.
class SymlinkOrderProbe {
 public:
  static constexpr std::string_view kExists = "/", kMissing = "/.pysshrp-no-such-folder/link";
  using Strings = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Strings, 2> kRequests{{{kExists, kMissing}, {kMissing, kExists}}};

  enum class State { unasked, asked, over };
  State state() const noexcept { return state_; }
  void start() noexcept { state_ = State::asked; }
  void on_answer(std::size_t number, Code code);
  /// Nothing while it is not over, or if the answers do not tell.
  std::optional<SymlinkOrder> order() const;
  /// Whether the upstream has no SYMLINK.
  bool is_unsupported() const noexcept { return codes_[0] == Code::op_unsupported; }

 private:
  State state_ = State::unasked;
  std::array<std::optional<Code>, 2> codes_;
};

}  // namespace pysshrp::sftp
