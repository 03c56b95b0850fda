#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "attacks.h"
#include "end.h"

namespace peer {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kUnsent = 256 * 1024;  // beyond it no message is made
constexpr milliseconds kQuiet{100};          // nothing has moved: what was asked for is done
constexpr milliseconds kPatience{1000};      // how long nothing may move until the peers leave

class Connection {
 public:
  Connection(const Setting& setting, const Plan& plan, int listener);
  Result serve();

 private:
  bool turn();
  std::string outcome();
  Flaw flaw_of(Mode side) const;
  void accept_upstream();
  void start_client();
  bool speak();
  bool attack();
  void speak_politely();
  std::optional<Phase> phase();
  void send(std::uint64_t index, Phase phase);
  void leave();
  End* wild() { return plan_.mode == Mode::upstream ? upstream_.get() : client_.get(); }

  const Plan& plan_;
  const Setting& setting_;
  int listener_;
  Random random_;
  RandomMessages messages_;
  std::unique_ptr<End> client_, upstream_;
  std::unique_ptr<Handler> handler_;
  std::uint64_t count_, index_ = 0, round_ = 0, polite_ = 0, sent_ = 0;
  std::uint32_t begins_, deaf_ = 0;
  Clock::time_point moved_at_ = Clock::now();
  bool takes_part_, waits_ = false, started_ = false;
};

Connection::Connection(const Setting& setting, const Plan& plan, int listener)
    : plan_(plan),
      setting_(setting),
      listener_(listener),
      random_(plan.seed),
      messages_(plan.seed),
      count_(random_.pick({20U, 100U, 300U, 1000U, 3000U})),
      begins_(random_.below(4)),
      takes_part_(plan.attack == nullptr && random_.percent(50)) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  handler_ = std::make_unique<Handler>(setting.handler, setting.config, ends[1]);
  const std::string user = (random_.percent(25) ? "jail" : "peer") + std::to_string(setting.worker);
  client_ = std::make_unique<End>(ends[0], Transport::Side::client, user, plan.seed, flaw_of(Mode::session));
  if (plan.mode != Mode::cleartext || takes_part_) client_->transport.exchange_keys();
}

void Connection::accept_upstream() {
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  upstream_ = std::make_unique<End>(fd, Transport::Side::server, "", plan_.seed + 1, flaw_of(Mode::upstream));
}

/// In which phase the wild one is, or nothing while it is not its turn yet.
std::optional<Phase> Connection::phase() {
  if (wild() == nullptr || wild()->gone) return std::nullopt;
  const End& end = *wild();
  const bool keys = end.transport.has_keys(), in = end.peer.authenticated();
  switch (plan_.mode) {
    case Mode::cleartext:
      return Phase::cleartext;
    case Mode::login:
      if (!keys) return std::nullopt;
      return Phase::login;
    case Mode::session:
      if (!in) return std::nullopt;
      return Phase::session;
    case Mode::upstream:
      break;
  }
  if (!keys || (begins_ > 0 && !in) || (begins_ > 1 && wild()->peer.channels().empty())) return std::nullopt;
  return in ? Phase::session : Phase::login;
}

void Connection::send(std::uint64_t index, Phase phase) {
  if (!plan_.only.empty() && plan_.only.count(index) == 0) return;
  Transport& transport = wild()->transport;
  const auto message = messages_.make(index, phase, wild()->peer);
  if (plan_.show) plan_.show(index, message.value_or(""));
  ++sent_;
  if (!message) return transport.exchange_keys();
  Random random(plan_.seed + 2, index);
  if (phase != Phase::cleartext || random.percent(80)) return transport.send(*message, random.percent(10));
  // A packet whose lengths lie, or that is cut off.
  Message packet;
  packet.number(random.percent(50) ? static_cast<std::uint32_t>(message->size() + 5)
                                   : random.pick({0U, 1U, 11U, 12U, 35000U, 0xffffffffU}));
  packet.byte(static_cast<std::uint8_t>(random.pick({0U, 4U, 255U}))).raw(*message);
  transport.send_raw(packet.bytes.substr(0, random.percent(80) ? std::string::npos : random.below(20)));
}

/// As much of an attack as the socket takes. Returns whether there is more to come.
bool Connection::attack() {
  const Attack& attack = *plan_.attack;
  const auto& channels = wild() == nullptr ? client_->peer.channels() : wild()->peer.channels();
  if (!std::all_of(channels.begin(), channels.end(), [](const Channel& c) { return c.confirmed || c.closed; }) &&
      index_ < attack.prepares)
    return true;
  if (index_ > 0 && index_ <= attack.prepares && Clock::now() - moved_at_ < kQuiet) return true;
  if (!phase() || (attack.mode == Mode::upstream && channels.empty())) return true;
  while (index_ < attack.messages && wild()->transport.unsent() < kUnsent) {
    wild()->transport.send(attack.message(index_, wild()->peer));
    ++sent_;
    if (index_++ < attack.prepares) return true;
  }
  if (attack.deaf) deaf_ = 1;
  return index_ < attack.messages;
}

/// A burst of random messages. Returns whether there are more to come.
bool Connection::speak() {
  if (plan_.attack != nullptr) return attack();
  const std::optional<Phase> now = phase();
  if (!now || wild()->transport.unsent() > kUnsent) return true;
  if (deaf_ > 0) --deaf_;
  if (std::exchange(waits_, false)) return true;
  wild()->peer.turn_wild();
  if (*now == Phase::login && plan_.mode == Mode::login && !std::exchange(started_, true)) wild()->peer.ask_for_login();
  Random random(plan_.seed + 3, round_++);
  for (std::uint32_t left = random.pick({1U, 1U + random.below(10), 1U + random.below(300)});
       left > 0 && index_ < count_; --left) {
    send(index_++, *now);
  }
  waits_ = random.percent(50);
  if (random.percent(3)) deaf_ = random.below(60);
  return index_ < count_;
}

void Connection::speak_politely() {
  if (!client_->transport.has_keys()) return;
  if (!std::exchange(started_, true)) client_->peer.ask_for_login();
  if (plan_.mode != Mode::upstream || !client_->peer.authenticated() || client_->transport.unsent() > kUnsent) return;
  if (polite_++ < 500) client_->transport.send(polite_message(random_, client_->peer));
}

/// One look at everything. Returns whether to go on.
bool Connection::turn() {
  pollfd ready[3] = {
      {listener_, POLLIN, 0}, {client_->socket.fd(), POLLIN, 0}, {upstream_ ? upstream_->socket.fd() : -1, POLLIN, 0}};
  ::poll(ready, 3, 2);
  handler_->look();
  if ((ready[0].revents & POLLIN) != 0) accept_upstream();
  const bool speaks = speak();
  if (plan_.mode == Mode::session || plan_.mode == Mode::upstream) speak_politely();
  bool moved = client_->move(deaf_ == 0 || (plan_.mode == Mode::upstream && plan_.attack == nullptr));
  if (upstream_) moved |= upstream_->move(deaf_ == 0 || (plan_.mode != Mode::upstream && plan_.attack == nullptr));
  if (moved || index_ == 0) moved_at_ = Clock::now();
  return !client_->gone && (speaks || moved || Clock::now() - moved_at_ < milliseconds(30)) &&
         Clock::now() - moved_at_ < kPatience;
}

/// The peers leave in any order; sometimes one only says that it has nothing more to say.
void Connection::leave() {
  const std::uint32_t manner = random_.below(4);
  End* first = manner == 1 && upstream_ ? upstream_.get() : client_.get();
  if (manner == 2) {
    ::shutdown(first->socket.fd(), SHUT_WR);
  } else {
    first->socket.close();
  }
  if (manner < 3) ::usleep(20000);
  client_->socket.close();
  if (upstream_) upstream_->socket.close();
}

/// What is wrong with the key exchange of the client or, with Mode::upstream, of the upstream.
Flaw Connection::flaw_of(Mode side) const {
  return plan_.attack != nullptr && (plan_.mode == Mode::upstream) == (side == Mode::upstream) ? plan_.attack->flaw
                                                                                               : Flaw{};
}

/// The connection up to where the peers leave. Returns what is wrong with it.
std::string Connection::outcome() {
  const Must must = plan_.attack != nullptr ? plan_.attack->must : Must::survive;
  const auto deadline = Clock::now() + std::chrono::seconds(plan_.attack != nullptr ? plan_.attack->seconds : 20);
  bool goes_on = true;
  while (goes_on && Clock::now() < deadline) {
    goes_on = turn();
    if (must == Must::end) goes_on = !client_->gone;
    if (must == Must::serve) goes_on = !client_->gone && !client_->peer.authenticated();
  }
  if (must == Must::end && (!client_->gone || client_->transport.broken())) return "did not end the connection";
  if (must == Must::serve && !client_->peer.authenticated()) return "let nobody in";
  return "";
}

Result Connection::serve() {
  const std::string fault = outcome();
  leave();
  Result result{sent_, handler_->pid(), handler_->check(setting_.limits), handler_->peak()};
  if (!fault.empty()) result.fault = fault + (result.fault.empty() ? "" : ", " + result.fault);
  for (const auto* end : {client_.get(), upstream_.get()})
    if (end != nullptr && end->peer.heard_freed_memory()) result.fault = "sent freed memory";
  for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) ::close(fd);
  return result;
}

}  // namespace

Result run(const Setting& setting, const Plan& plan, int listener) {
  return Connection(setting, plan, listener).serve();
}

int listen_at(unsigned worker) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kUpstreamPort);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + worker);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 16) != 0) return -1;
  return fd;
}

}  // namespace peer
