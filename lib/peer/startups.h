#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/fd.h"
#include "base/network.h"

/// The bound on connections that are not logged in (sshd_config(5): MaxStartups), without a process that counts them.
/// Each connection locks one byte of a file that all handlers may read and none may write. The byte's offset encodes
/// the client's network and the time; the lock ends with the process. A new connection finds the others with
/// F_OFD_GETLK.
namespace pysshrp::peer {

/// The offset of a byte. From the top: kMarked, kExchanging, the network, the time.
using Offset = std::uint64_t;

inline constexpr Offset kTimeBits = 38, kNetworkBits = 23;  // 76 hours of microseconds; 8 million networks
inline constexpr Offset kExchanging = Offset{1} << 61;  ///< second lock of a connection: its key exchange is not done
inline constexpr Offset kMarked = Offset{1} << 62;      ///< lock held by a newcomer: the connection has to give way
inline constexpr const char* kStartupsFile = "/run/pysshrp/startups";  ///< made by units/pysshrp.tmpfiles.conf

/// As sshd's MaxStartups, PerSourceMaxStartups and PerSourceNetBlockSize. Nothing: no bound.
struct StartupLimits {
  std::optional<unsigned> max, per_source;
  NetBlockSize block;
};

/// A secret in the file. Without it nobody can find a network whose hash collides with another one's.
using StartupsKey = std::array<std::uint64_t, 2>;

/// The offset for a connection: the hash (SipHash-2-4) of its network block, and the time.
Offset startup_offset(const StartupsKey& key, const Address& block, TimePoint now) noexcept;

/// Finds any one byte in [from, to) that another process has locked.
using FindLock = std::function<std::optional<Offset>(Offset from, Offset to)>;

/// All such bytes, unordered.
std::vector<Offset> all_locks(const FindLock& find, Offset from, Offset to);

/// All connections that are not logged in, except for the newcomer.
struct OtherStartups {
  std::vector<Offset> all;
  std::vector<Offset> exchanging;  ///< without kExchanging
  std::vector<Offset> marked;      ///< without kMarked
};

/// Whether the newcomer's network already had `bound` connections before it.
bool is_past_source(Offset newcomer, const std::vector<Offset>& others, unsigned bound);

/// Which connections give way, so that no more than `bound` stay, including the newcomer. Connections in key exchange
/// and in login have half of the bound each; the group that exceeds its half gives way first. Within it: the oldest
/// connection of the network that has most.
std::vector<Offset> give_way(Offset newcomer, OtherStartups others, unsigned bound);

/// This connection's entry among those that are not logged in. Without the file or without limits nothing is bounded.
class Startup {
 public:
  explicit Startup(StartupLimits limits, std::string file = kStartupsFile) : limits_(limits), file_(std::move(file)) {}

  /// Registers the connection; a second call replaces the first. False if its network has too many connections; a Unix
  /// socket has no network. Call it before the sandbox, which afterwards allows F_OFD_GETLK and close(2) only.
  bool enter(const std::optional<Address>& source, TimePoint now);
  void keys_exchanged() noexcept { exchanging_ = Fd{}; }
  void logged_in() noexcept { *this = Startup{StartupLimits{}}; }

  bool is_counted() const noexcept { return static_cast<bool>(lock_); }
  /// Whether a newcomer has marked it to give way. Costs one system call.
  bool gives_way() const noexcept;
  /// How many connections were not logged in when it came, including itself.
  std::size_t count() const noexcept { return count_; }

 private:
  bool open() noexcept;

  StartupLimits limits_;
  std::string file_;
  Fd lock_, exchanging_;
  Offset offset_ = 0;
  std::size_t count_ = 1;
};

}  // namespace pysshrp::peer
