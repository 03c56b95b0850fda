#include "peer/startups.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <utility>

namespace pysshrp::peer {
namespace {

constexpr Offset kTime = (Offset{1} << kTimeBits) - 1, kNetwork = ((Offset{1} << kNetworkBits) - 1) << kTimeBits;
constexpr std::size_t kMostLocks = 4096;  // more than a socket unit serves: then other programs hold locks here, too

/// SipHash-2-4 of 16 bytes (Aumasson and Bernstein, 2012).
std::uint64_t sip_hash(const StartupsKey& key, const std::array<std::uint64_t, 2>& words) noexcept {
  std::uint64_t a = key[0] ^ 0x736f6d6570736575, b = key[1] ^ 0x646f72616e646f6d, c = key[0] ^ 0x6c7967656e657261,
                d = key[1] ^ 0x7465646279746573;
  const auto rounds = [&](int n) {
    for (; n > 0; --n) {
      a += b;
      b = std::rotl(b, 13) ^ a;
      a = std::rotl(a, 32);
      c += d;
      d = std::rotl(d, 16) ^ c;
      a += d;
      d = std::rotl(d, 21) ^ a;
      c += b;
      b = std::rotl(b, 17) ^ c;
      c = std::rotl(c, 32);
    }
  };
  for (const std::uint64_t word : {words[0], words[1], std::uint64_t{16} << 56}) {
    d ^= word;
    rounds(2);
    a ^= word;
  }
  c ^= 0xff;
  rounds(4);
  return a ^ b ^ c ^ d;
}

template <class Bytes>
std::array<std::uint64_t, 2> two_words(const Bytes& bytes) noexcept {
  std::array<std::uint64_t, 2> words{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    words[i / 8 % 2] = std::rotl(words[i / 8 % 2], i < 16 ? 0 : 5) ^ std::uint64_t{static_cast<unsigned char>(bytes[i])}
                                                                         << i % 8 * 8;
  return words;
}

/// The key is the first bytes of the file. A missing or short file gives a key, too.
StartupsKey read_key(const Fd& file) noexcept {
  std::array<char, 64> bytes{};
  (void)!::pread(file.get(), bytes.data(), bytes.size(), 0);
  return two_words(bytes);
}

/// How much later `a` came than `b`, in microseconds. Wraps around, because an offset has only kTimeBits of the clock.
std::int64_t later(Offset a, Offset b) noexcept {
  constexpr int kUnused = 64 - static_cast<int>(kTimeBits);
  return static_cast<std::int64_t>((a - b) << kUnused) >> kUnused;
}

bool is_in(const std::vector<Offset>& offsets, Offset offset) noexcept {
  return std::find(offsets.begin(), offsets.end(), offset) != offsets.end();
}

flock lock_of(short type, Offset from, Offset length) noexcept {
  flock lock{};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(from);
  lock.l_len = static_cast<off_t>(length);
  return lock;
}

/// A shared lock, which needs no right to write the file.
bool lock(const Fd& file, Offset offset) noexcept {
  const flock wanted = lock_of(F_RDLCK, offset, 1);
  return ::fcntl(file.get(), F_OFD_SETLK, &wanted) == 0;
}

std::optional<Offset> find_lock(const Fd& file, Offset from, Offset to) noexcept {
  flock found = lock_of(F_WRLCK, from, to - from);
  if (::fcntl(file.get(), F_OFD_GETLK, &found) != 0 || found.l_type == F_UNLCK) return {};
  return std::clamp(static_cast<Offset>(found.l_start), from, to - 1);
}

/// The locks whose offsets have this bit set; the bit is removed.
std::vector<Offset> locks_with(const FindLock& find, Offset bit) {
  auto found = all_locks(find, bit, 2 * bit);
  for (Offset& offset : found) offset -= bit;
  return found;
}

/// The oldest candidate of the network that has most connections in `all`. `candidates` is not empty.
Offset next_victim(Offset newcomer, const std::vector<Offset>& candidates, const std::vector<Offset>& all) {
  const auto held = [&](Offset offset) {
    return std::count_if(all.begin(), all.end(), [&](Offset o) { return ((o ^ offset) & kNetwork) == 0; });
  };
  const auto rank = [&](Offset offset) { return std::pair{-held(offset), later(offset, newcomer)}; };
  std::vector<std::pair<decltype(rank(0)), Offset>> ranked;
  for (const Offset offset : candidates) ranked.emplace_back(rank(offset), offset);
  return std::min_element(ranked.begin(), ranked.end())->second;
}

}  // namespace

Offset startup_offset(const StartupsKey& key, const Address& block, TimePoint now) noexcept {
  const Offset network = sip_hash(key, two_words(block.as_v6())) << kTimeBits;
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  return (network & kNetwork) | (static_cast<Offset>(time) & kTime);
}

std::vector<Offset> all_locks(const FindLock& find, Offset from, Offset to) {
  std::vector<Offset> found;
  std::vector<std::pair<Offset, Offset>> ranges{{from, to}};
  while (!ranges.empty() && found.size() < kMostLocks) {
    const auto [begin, end] = ranges.back();
    ranges.pop_back();
    const auto at = begin < end ? find(begin, end) : std::nullopt;
    if (!at) continue;
    found.push_back(*at);
    ranges.emplace_back(begin, *at);
    ranges.emplace_back(*at + 1, end);
  }
  return found;
}

bool is_past_source(Offset newcomer, const std::vector<Offset>& others, unsigned bound) {
  const auto before = std::count_if(others.begin(), others.end(), [&](Offset other) {
    return ((other ^ newcomer) & kNetwork) == 0 && later(other, newcomer) <= 0;
  });
  return static_cast<std::size_t>(before) >= bound;
}

std::vector<Offset> give_way(Offset newcomer, OtherStartups others, unsigned bound) {
  std::vector<Offset> victims;
  std::erase_if(others.all, [&](Offset offset) { return is_in(others.marked, offset); });
  while (!others.all.empty() && others.all.size() + 1 > bound) {
    std::vector<Offset> exchanging, login;
    for (const Offset offset : others.all) (is_in(others.exchanging, offset) ? exchanging : login).push_back(offset);
    const bool more_exchange =
        exchanging.size() + 1 > bound / 2;  // including the newcomer, which has yet to exchange keys
    const auto& candidates = login.empty() || (more_exchange && !exchanging.empty()) ? exchanging : login;
    auto all = others.all;
    all.push_back(newcomer);
    victims.push_back(next_victim(newcomer, candidates, all));
    std::erase(others.all, victims.back());
  }
  return victims;
}

bool Startup::open() noexcept {
  for (Fd* fd : {&lock_, &exchanging_}) *fd = Fd{::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
  return lock_ && exchanging_;
}

bool Startup::enter(const std::optional<Address>& source, TimePoint now) {
  if ((!limits_.max && !limits_.per_source) || !open()) return true;
  offset_ = startup_offset(read_key(lock_), source ? source->block(limits_.block) : Address{}, now);
  // Two connections of one network in the same microsecond share a byte and count as one. That gains nobody anything.
  if (!lock(lock_, offset_) || !lock(exchanging_, offset_ | kExchanging)) return true;
  const FindLock find = [this](Offset from, Offset to) { return find_lock(lock_, from, to); };
  OtherStartups others{all_locks(find, 0, kExchanging), {}, {}};
  count_ = others.all.size() + 1;
  if (source && limits_.per_source && is_past_source(offset_, others.all, *limits_.per_source)) return false;
  if (!limits_.max || count_ <= *limits_.max) return true;
  others.exchanging = locks_with(find, kExchanging);
  others.marked = locks_with(find, kMarked);
  for (const Offset victim : give_way(offset_, std::move(others), *limits_.max)) lock(lock_, victim | kMarked);
  return true;
}

bool Startup::gives_way() const noexcept {
  const Offset mark = offset_ | kMarked;
  return lock_ && find_lock(lock_, mark, mark + 1);
}

}  // namespace pysshrp::peer
