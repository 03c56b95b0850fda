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

/// The bound on connections that are not logged in (sshd_config(5): MaxStartups), kept by nobody. Each of them holds a
/// lock on one byte of a file that all handlers may read and none may write. The byte's offset tells from which network
/// the connection comes and since when; the lock goes with its process. A newcomer finds all others with F_OFD_GETLK.
namespace pysshrp::peer {

/// Which of the file's bytes. The upper bits are kExchanging and kMarked, then come the network and the time.
using Offset = std::uint64_t;

inline constexpr Offset kTimeBits = 38, kNetworkBits = 23;             // 76 hours of microseconds; 8 million networks
inline constexpr Offset kExchanging = Offset{1} << 61;                 ///< beside its first lock: no keys exchanged yet
inline constexpr Offset kMarked = Offset{1} << 62;                     ///< held by a newcomer: this one has to give way
inline constexpr const char* kStartupsFile = "/run/pysshrp/startups";  ///< made by units/pysshrp.tmpfiles.conf

/// sshd's PerSourceMaxStartups and PerSourceNetBlockSize too. Nothing: no bound.
struct StartupLimits {
  std::optional<unsigned> max, per_source;
  NetBlockSize block;
};

/// What is in the file, which strangers do not know: they cannot choose a network that counts as somebody else's.
using StartupsKey = std::array<std::uint64_t, 2>;

/// `block` of the address, hashed (SipHash-2-4), with the time as the offset for a connection.
Offset startup_offset(const StartupsKey& key, const Address& block, TimePoint now) noexcept;

/// Which byte in [from, to) somebody else has locked: any of them, or nothing.
using FindLock = std::function<std::optional<Offset>(Offset from, Offset to)>;

/// All of them, in no order.
std::vector<Offset> all_locks(const FindLock& find, Offset from, Offset to);

/// The connections that are not logged in, without the newcomer.
struct OtherStartups {
  std::vector<Offset> all;
  std::vector<Offset> exchanging;  ///< without kExchanging
  std::vector<Offset> marked;      ///< without kMarked
};

/// Whether `bound` connections of the newcomer's network are there and came before.
bool is_past_source(Offset newcomer, const std::vector<Offset>& others, unsigned bound);

/// Who gives way, so that with the newcomer no more than `bound` stay. Key exchange and login have half of the bound
/// each: one that has more than its half gives way first. There it is the network that holds most, and its oldest.
std::vector<Offset> give_way(Offset newcomer, OtherStartups others, unsigned bound);

/// This connection among those that are not logged in. Without the file, or without limits, it is bounded by nothing.
class Startup {
 public:
  explicit Startup(StartupLimits limits, std::string file = kStartupsFile) : limits_(limits), file_(std::move(file)) {}

  /// Counts it, in place of what it was counted as before. False when its network has too many; a Unix socket has none.
  /// Before the sandbox: from then on F_OFD_GETLK and close(2) are enough.
  bool enter(const std::optional<Address>& source, TimePoint now);
  void keys_exchanged() noexcept { exchanging_ = Fd{}; }
  void logged_in() noexcept { *this = Startup{StartupLimits{}}; }

  bool is_counted() const noexcept { return static_cast<bool>(lock_); }
  /// Whether a newcomer wants its place. One system call.
  bool gives_way() const noexcept;
  /// How many were not logged in when it came, with it.
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
