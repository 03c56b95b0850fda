// A distance on loopback: carries TCP connections to a port and holds every byte for a time, in either direction.
//   relay TARGET-PORT ONE-WAY-MICROSECONDS BYTES-PER-SECOND      prints its own port, serves until its stdin ends
// TCP's handshake takes its round trip, too: a connection reaches the target three one-way times after the client has
// begun it, and what the client has said meanwhile comes with it, as its first bytes would. With a rate (0: none) the
// bytes leave one after the other, as from a router with a queue of one bandwidth-delay product; while that is full
// nothing is read. Without a rate the bound is only there for memory.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <limits>
#include <list>
#include <memory>
#include <vector>

namespace {

using Nanoseconds = std::int64_t;  // times of the monotonic clock, and durations
constexpr Nanoseconds kMicrosecond = 1'000, kMillisecond = 1'000'000, kSecond = 1'000'000'000;
constexpr Nanoseconds kNever = std::numeric_limits<Nanoseconds>::max();
constexpr std::int64_t kChunk = 256 << 10;        // bytes, of one read and of one send
constexpr std::int64_t kRoom = 8 << 20;           // bytes that may be held without a rate, besides
constexpr std::int64_t kFastest = 1'000'000'000;  // bytes per second that the bound without a rate lets through
constexpr int kLimitedReceiveBuffer = 128 << 10;  // bytes: it queues what the relay does not read yet
constexpr int kTurns = 32;                        // reads for one direction before the others have their turn

struct Link {
  Nanoseconds delay = 0;  // one way
  std::int64_t rate = 0;  // bytes per second, or 0

  std::int64_t bound() const { return kRoom + 2 * delay / kMicrosecond * (kFastest / 1'000'000); }
  Nanoseconds queue() const { return std::max(2 * delay, 4 * kMillisecond); }  // of a link with a rate, when it is full
  std::int64_t largest_read() const { return rate ? std::clamp<std::int64_t>(rate / 500, 1'500, kChunk) : kChunk; }
  Nanoseconds time_of(std::int64_t bytes) const { return rate ? bytes * kSecond / rate : 0; }
  Nanoseconds earliness() const { return std::min(50 * kMicrosecond, delay / 100); }  // saves waking up for each piece
};

Nanoseconds now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * kSecond + time.tv_nsec;
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// Bytes in their order. What was used last is used again first, so that a short queue stays in the processor's cache.
class Bytes {
 public:
  /// Where more can be put, and how many at most.
  std::pair<char*, std::int64_t> space() {
    if (chunks_.empty() || end_ == kChunk) {
      chunks_.push_back(take());
      end_ = 0;
    }
    return {chunks_.back().get() + end_, kChunk - end_};
  }
  void added(std::int64_t count) { end_ += count; }

  /// The first ones, as many as lie together.
  std::pair<const char*, std::int64_t> front() const {
    return {chunks_.front().get() + begin_, (chunks_.size() == 1 ? end_ : kChunk) - begin_};
  }
  void remove(std::int64_t count) {
    begin_ += count;
    if (begin_ < (chunks_.size() == 1 ? end_ : kChunk)) return;
    unused().push_back(std::move(chunks_.front()));
    chunks_.pop_front();
    begin_ = 0;
  }

 private:
  using Chunk = std::unique_ptr<char[]>;
  static std::vector<Chunk>& unused() {
    static std::vector<Chunk> chunks;
    return chunks;
  }
  static Chunk take() {
    if (unused().empty()) return std::make_unique_for_overwrite<char[]>(kChunk);
    Chunk chunk = std::move(unused().back());
    unused().pop_back();
    return chunk;
  }

  std::deque<Chunk> chunks_;
  std::int64_t begin_ = 0, end_ = 0;  // in the first chunk, in the last one
};

/// One direction of a connection.
class Direction {
 public:
  bool readable = false, writable = false;  // until the socket says otherwise

  Direction(const Link& link, Nanoseconds opens) : link_{link}, opens_{opens} {}

  bool done() const { return end_sent_; }

  /// Moves what can be moved. False: the connection is broken.
  bool move(int from, int to) {
    for (int turn = 0; turn < kTurns; ++turn) {
      const Nanoseconds time = now();
      if (!send_ripe(to, time)) return false;
      if (!may_read(time)) return true;
      if (!read_some(from, time)) return false;
    }
    return true;
  }

  /// When move() has something to do though no socket says so.
  Nanoseconds wake(Nanoseconds time) const {
    if (may_read(time)) return time;
    const Nanoseconds for_reading = readable && !ended_ && link_.rate ? leaves_ - link_.queue() : kNever;
    if (!writable || pieces_.empty()) return for_reading;
    return std::min(for_reading, pieces_.front().due);
  }

 private:
  struct Piece {
    Nanoseconds due;
    std::int64_t size;  // 0: the end
  };

  bool may_read(Nanoseconds time) const {
    if (!readable || ended_) return false;
    return link_.rate ? leaves_ - link_.queue() <= time : held_ < link_.bound();
  }

  bool read_some(int from, Nanoseconds time) {
    const auto [space, size] = bytes_.space();
    const ssize_t got = ::recv(from, space, static_cast<std::size_t>(std::min(size, link_.largest_read())), 0);
    if (got < 0) {
      readable = false;
      return errno == EAGAIN;
    }
    ended_ = got == 0;
    bytes_.added(got);
    held_ += got;
    leaves_ = std::max(leaves_, time) + link_.time_of(got);
    pieces_.push_back({std::max(leaves_ + link_.delay, opens_), got});
    return true;
  }

  bool send_ripe(int to, Nanoseconds time) {
    for (; !pieces_.empty() && pieces_.front().due <= time + link_.earliness(); pieces_.pop_front()) {
      ripe_ += pieces_.front().size;
      end_ripe_ = pieces_.front().size == 0;
    }
    while (writable && ripe_ > 0) {
      const auto [begin, size] = bytes_.front();
      const ssize_t sent = ::send(to, begin, static_cast<std::size_t>(std::min(size, ripe_)), MSG_NOSIGNAL);
      if (sent < 0) {
        writable = false;
        return errno == EAGAIN;
      }
      bytes_.remove(sent);
      ripe_ -= sent;
      held_ -= sent;
    }
    if (writable && end_ripe_ && !end_sent_) {
      end_sent_ = true;
      ::shutdown(to, SHUT_WR);
    }
    return true;
  }

  const Link& link_;
  Nanoseconds opens_;  // nothing arrives before
  Bytes bytes_;
  std::deque<Piece> pieces_;
  std::int64_t held_ = 0, ripe_ = 0;  // bytes
  Nanoseconds leaves_ = 0;            // when the last byte that was read leaves the queue
  bool ended_ = false, end_ripe_ = false, end_sent_ = false;
};

class Connection {
 public:
  Connection(const Link& link, int client, Nanoseconds time)
      : opens_{time + 3 * link.delay}, client_{client}, up_{link, opens_}, down_{link, opens_} {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    ::close(client_);
    if (target_ >= 0) ::close(target_);
  }

  bool waits() const { return target_ < 0; }
  Nanoseconds opens() const { return opens_; }
  void open(int target) { target_ = target; }
  bool over() const { return broken_ || (up_.done() && down_.done()); }

  void told(int socket, std::uint32_t events) {
    const bool input = (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    const bool output = (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
    (socket == client_ ? up_ : down_).readable |= input;
    (socket == client_ ? down_ : up_).writable |= output;
  }

  void move() { broken_ = broken_ || !up_.move(client_, target_) || (!waits() && !down_.move(target_, client_)); }

  Nanoseconds wake(Nanoseconds time) const {
    const Nanoseconds moves = std::min(up_.wake(time), down_.wake(time));
    return waits() ? std::min(moves, opens_) : moves;
  }

 private:
  Nanoseconds opens_;
  int client_, target_ = -1;
  Direction up_, down_;
  bool broken_ = false;
};

class Relay {
 public:
  Relay(const Link& link, int target_port) : link_{link}, target_{loopback(target_port)}, epoll_{::epoll_create1(0)} {
    listening_ = new_socket();
    const sockaddr_in any_port = loopback(0);
    sockaddr_in own{};
    socklen_t size = sizeof own;
    if (::bind(listening_, as_address(&any_port), sizeof any_port) != 0 || ::listen(listening_, 512) != 0 ||
        ::getsockname(listening_, as_address(&own), &size) != 0) {
      fail("relay: no port to listen on");
    }
    watch(listening_, EPOLLIN, nullptr);
    watch(STDIN_FILENO, EPOLLIN, nullptr);
    std::printf("%d\n", ntohs(own.sin_port));
    std::fflush(stdout);
  }

  void serve() {
    epoll_event events[64];
    for (;;) {
      const int count = wait(events);
      for (int i = 0; i < count; ++i) {
        const auto* watched = static_cast<Watched*>(events[i].data.ptr);
        if (watched->connection) {
          watched->connection->told(watched->socket, events[i].events);
        } else if (watched->socket == listening_) {
          accept();
        } else {
          return;  // whoever has started us is gone
        }
      }
      for (auto& connection : connections_) {
        if (connection.waits() && connection.opens() <= now()) open(connection);
        connection.move();
      }
      remove_ended();
    }
  }

 private:
  struct Watched {
    int socket;
    Connection* connection;
  };

  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  static const sockaddr* as_address(const sockaddr_in* address) { return reinterpret_cast<const sockaddr*>(address); }
  static sockaddr* as_address(sockaddr_in* address) { return reinterpret_cast<sockaddr*>(address); }

  /// Without a rate the kernel lets the buffers grow: they are no limit, and what waits in them waits for a reader.
  int new_socket() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) fail("relay: socket");
    const int size = kLimitedReceiveBuffer / 2;  // the kernel doubles it
    if (link_.rate) ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return socket;
  }

  void watch(int socket, std::uint32_t events, Connection* connection) {
    watched_.push_back({socket, connection});
    epoll_event event{events, {&watched_.back()}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) fail("relay: epoll_ctl");
  }
  void watch_connection(int socket, Connection* connection) {
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, connection);
  }

  int wait(epoll_event (&events)[64]) const {
    const Nanoseconds time = now();
    Nanoseconds wake = kNever;
    for (const auto& connection : connections_) wake = std::min(wake, connection.wake(time));
    const Nanoseconds left = std::max<Nanoseconds>(0, wake - time);
    const timespec limit{left / kSecond, left % kSecond};
    const int count = ::epoll_pwait2(epoll_, events, 64, wake == kNever ? nullptr : &limit, nullptr);
    if (count < 0 && errno != EINTR) fail("relay: epoll_pwait2");
    return std::max(count, 0);
  }

  void accept() {
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;  // it has gone again
    watch_connection(client, &connections_.emplace_back(link_, client, now()));
  }

  void open(Connection& connection) {
    const int target = new_socket();
    ::connect(target, as_address(&target_), sizeof target_);  // epoll tells how it ends
    connection.open(target);
    watch_connection(target, &connection);
  }

  void remove_ended() {
    connections_.remove_if([this](const Connection& connection) {
      if (!connection.over()) return false;
      watched_.remove_if([&](const Watched& watched) { return watched.connection == &connection; });
      return true;
    });
  }

  Link link_;
  sockaddr_in target_;
  int epoll_, listening_ = -1;
  std::list<Connection> connections_;
  std::list<Watched> watched_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: relay TARGET-PORT ONE-WAY-MICROSECONDS BYTES-PER-SECOND\n", stderr);
    return 64;
  }
  ::prctl(PR_SET_TIMERSLACK, 1);  // nanosecond, not the usual 50 microseconds
  Link link;
  link.delay = std::atoll(argv[2]) * kMicrosecond;
  link.rate = std::atoll(argv[3]);
  Relay{link, std::atoi(argv[1])}.serve();
}
