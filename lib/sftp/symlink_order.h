#pragma once
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "sftp/wire.h"

namespace pysshrp::sftp {

/// Which of the two strings of SYMLINK comes first: the draft has the link (section 6.10), OpenSSH the target, and
/// nothing on the wire tells one from the other.
enum class SymlinkOrder { target_first, link_first };

/// Whether such a client sends the draft's order to every server; by its identification string without `SSH-2.0-`. Then
/// the strings mean what the upstream takes them for, as without a proxy. All others send OpenSSH's order, always or
/// since we call ourselves OpenSSH.
bool sends_link_first(std::string_view client);
/// The order that such an upstream probably has; some choose by the client's identification, which is libssh's here.
SymlinkOrder likely_order_of_upstream(std::string_view software);

/// Finds out the order of an upstream by two SYMLINK requests, one for each order, of which neither can make anything:
/// the link would be either `/`, which exists, or in a folder that does not. Only the second of these is NO_SUCH_FILE.
class SymlinkOrderProbe {
 public:
  static constexpr std::string_view kExists = "/", kMissing = "/.pysshrp-no-such-folder/link";
  using Strings = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Strings, 2> kRequests{{{kExists, kMissing}, {kMissing, kExists}}};

  enum class State { unasked, asked, over };
  State state() const noexcept { return state_; }
  void start() noexcept { state_ = State::asked; }
  void take(std::size_t number, Code code);
  /// Nothing: it is not over, or the upstream does not tell.
  std::optional<SymlinkOrder> order() const;
  /// Whether that is because it knows no SYMLINK.
  bool is_unsupported() const noexcept { return codes_[0] == Code::op_unsupported; }

 private:
  State state_ = State::unasked;
  std::array<std::optional<Code>, 2> codes_;
};

}  // namespace pysshrp::sftp
