// Reads files of an upstream with upstream::Fetch, all over one session, without a proxy:
//   fetch PORT USER PASSWORD-FILE ACTION...
// The actions: `PATH` prints the file, or `failed: WHY`; `drop:N:PATH` begins the same and drops it after N calls of
// advance(). What says nothing for two seconds is dropped too, and `no end` printed. The host key is not verified.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <climits>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/userauth.h"
#include "ssh/client.h"
#include "ssh/library.h"
#include "ssh/wait.h"
#include "upstream/fetch.h"

using namespace pysshrp;

namespace {

constexpr std::chrono::seconds kPatience{2};

int number(std::string_view text) {
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Fd connect_to(int port) {
  Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<in_port_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr any{};
  static_assert(sizeof any == sizeof address);
  __builtin_memcpy(&any, &address, sizeof any);
  return ::connect(socket.get(), &any, sizeof any) == 0 ? std::move(socket) : Fd{};
}

bool is_pending(ssh::Progress progress) {
  return progress == ssh::Progress::again;
}

/// Repeats `call` while it says `again`, at most so many times, and serves the session.
template <class Call, class Result = std::invoke_result_t<Call>>
Result repeat(ssh::Session& session, Call call, int times = INT_MAX) {
  const TimePoint until = Clock::now() + kPatience;
  for (int i = 0; i < times && Clock::now() < until; ++i) {
    const std::uint64_t before = session.packets();
    Result result = call();
    if (!is_pending(result)) return result;
    if (session.packets() != before) continue;  // what a call has read, the socket tells of no more
    ssh::wait({{&session}}, {}, -1, until);
  }
  return {};  // pending
}

bool log_in(ssh::Client& session, const UserName& user, const Secret& password) {
  while (session.exchange_keys() == ssh::Progress::again) {
  }
  const AuthResult result = repeat(session, [&] { return session.auth_password(user, password); });
  return std::holds_alternative<AuthSuccess>(result);
}

void print(ssh::Session& session, std::string_view path) {
  upstream::Fetch fetch{session, std::string{path}};
  switch (repeat(session, [&] { return fetch.advance(); })) {
    case ssh::Progress::done:
      std::fwrite(fetch.text().data(), 1, fetch.text().size(), stdout);
      break;
    case ssh::Progress::failed:
      std::printf("failed: %s\n", fetch.error().c_str());
      break;
    case ssh::Progress::again:
      std::puts("no end");
  }
}

void act(ssh::Session& session, std::string_view action) {
  if (!action.starts_with("drop:")) return print(session, action);
  action.remove_prefix(5);
  const auto colon = action.find(':');
  upstream::Fetch fetch{session, std::string{action.substr(colon + 1)}};
  repeat(
      session, [&] { return fetch.advance(); }, number(action.substr(0, colon)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 64;
  ssh::set_library_log({});
  std::string password;
  std::getline(std::ifstream{argv[3]}, password);
  const Fd socket = connect_to(number(argv[1]));
  const ssh::Algorithms algorithms;
  ssh::Client session;
  if (!session.start(socket.get(), HostName{"127.0.0.1"}, 22, algorithms)) return 1;
  if (!log_in(session, UserName{argv[2]}, Secret{password})) return 1;
  for (int i = 4; i < argc; ++i) act(session, argv[i]);
  session.disconnect("done");
}
