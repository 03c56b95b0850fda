// Peers that say random things to handlers, and checks what becomes of the handlers.
//   random-peer MODE --handler PROGRAM --config FILE [OPTION...]     MODE: cleartext, login, session, upstream
//   random-peer attacks --handler PROGRAM --config FILE [--memory KIB]   what has hurt handlers once
//   random-peer host-key                                             the upstream's, as in known_hosts
// The configuration leads users peerN and jailN to 127.0.0.N, port 2022. Options:
//   --seed N           what is said (default: another one each time, which is printed)
//   --messages N       how many messages at least (default 10000)
//   --jobs N           how many connections at once (default 2)
//   --memory KIB       the bound of a handler's resident size (default 98304)
//   --connection N     only that connection of the seed; with it
//   --only I,J,...       only those of its messages
//   --show               shows what is sent
//   --minimise           leaves out messages as long as the handler fails
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <sstream>

#include "attacks.h"

namespace {

using namespace peer;

struct Options {
  Setting setting;
  Plan plan;
  std::uint64_t seed = std::random_device()(), messages = 10000;
  std::optional<std::uint64_t> connection;
  unsigned jobs = 2;
  bool show = false, minimise = false;
  std::string mode;
};

std::uint64_t seed_of(const Options& options, std::uint64_t connection) {
  return Random(options.seed + static_cast<std::uint64_t>(options.plan.mode), connection).next();
}

std::optional<Options> parse(int argc, char** argv) {
  static const std::map<std::string, Mode> kModes = {{"attacks", Mode::session},
                                                     {"cleartext", Mode::cleartext},
                                                     {"login", Mode::login},
                                                     {"session", Mode::session},
                                                     {"upstream", Mode::upstream}};
  Options options;
  if (argc < 2 || kModes.count(argv[1]) == 0) return std::nullopt;
  options.mode = argv[1];
  options.plan.mode = kModes.at(argv[1]);
  const std::map<std::string, std::function<void(const std::string&)>> valued = {
      {"--handler", [&](const std::string& v) { options.setting.handler = v; }},
      {"--config", [&](const std::string& v) { options.setting.config = v; }},
      {"--seed", [&](const std::string& v) { options.seed = std::stoull(v); }},
      {"--messages", [&](const std::string& v) { options.messages = std::stoull(v); }},
      {"--jobs", [&](const std::string& v) { options.jobs = static_cast<unsigned>(std::stoul(v)); }},
      {"--memory", [&](const std::string& v) { options.setting.limits.memory = std::stol(v); }},
      {"--connection", [&](const std::string& v) { options.connection = std::stoull(v); }},
      {"--only", [&](const std::string& v) {
         std::istringstream list(v);
         for (std::string index; std::getline(list, index, ',');) options.plan.only.insert(std::stoull(index));
       }}};
  for (int i = 2; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--show") {
      options.show = true;
    } else if (name == "--minimise") {
      options.minimise = true;
    } else if (valued.count(name) != 0 && i + 1 < argc) {
      valued.at(name)(argv[++i]);
    } else {
      return std::nullopt;
    }
  }
  return options;
}

void show(std::uint64_t index, const std::string& message) {
  std::printf("%5llu type %3d size %6zu  ", static_cast<unsigned long long>(index),
              message.empty() ? -1 : static_cast<unsigned char>(message[0]), message.size());
  for (const char byte : message.substr(0, 60))
    std::printf(byte >= 33 && byte < 127 ? "%c" : "\\%02x", static_cast<unsigned char>(byte));
  std::printf("\n");
}

std::string joined(const std::set<std::uint64_t>& indices) {
  std::string list;
  for (const auto index : indices) list += (list.empty() ? "" : ",") + std::to_string(index);
  return list;
}

/// Leaves out more and more messages, in pieces that get smaller, as long as the fault stays.
void minimise(const Options& options, Plan plan, int listener) {
  const auto fails = [&] {
    for (int i = 0; i < 2; ++i)
      if (!run(options.setting, plan, listener).fault.empty()) return true;
    return false;
  };
  if (plan.only.empty()) {
    plan.show = [&](std::uint64_t index, const std::string&) { plan.only.insert(index); };
    Plan first = plan;
    run(options.setting, first, listener);
    plan.show = nullptr;
  }
  for (std::size_t piece = plan.only.size() / 2; piece > 0; piece /= 2) {
    for (std::size_t at = 0; at < plan.only.size();) {
      const auto kept = plan.only;
      const auto begin = std::next(plan.only.begin(), static_cast<std::ptrdiff_t>(at));
      plan.only.erase(begin, std::next(begin, static_cast<std::ptrdiff_t>(std::min(piece, plan.only.size() - at))));
      if (plan.only.empty() || !fails()) {
        plan.only = kept;
        at += piece;
      }
    }
    std::printf("%zu messages are left: %s\n", plan.only.size(),
                plan.only.size() < 50 ? joined(plan.only).c_str() : "...");
    std::fflush(stdout);
  }
}

/// One connection of the seed. Returns whether the handler did right.
bool one(const Options& options, std::uint64_t connection, int listener, std::uint64_t& messages) {
  Plan plan = options.plan;
  plan.seed = seed_of(options, connection);
  if (options.show) plan.show = show;
  if (options.minimise) return minimise(options, plan, listener), true;
  const Result result = run(options.setting, plan, listener);
  messages += result.messages;
  if (result.fault.empty()) return true;
  std::printf("FAILED: the handler (pid %d) %s: random-peer %s --seed %llu --connection %llu\n", result.pid,
              result.fault.c_str(), options.mode.c_str(), static_cast<unsigned long long>(options.seed),
              static_cast<unsigned long long>(connection));
  std::fflush(stdout);
  return false;
}

/// Returns whether the handler did right.
bool attack(const Options& options, const Attack& attack, int listener) {
  Plan plan;
  plan.mode = attack.mode;
  plan.attack = &attack;
  const Result result = run(options.setting, plan, listener);
  std::printf("%s: %llu messages, %ld KiB%s%s\n", attack.name.c_str(), static_cast<unsigned long long>(result.messages),
              result.peak, result.fault.empty() ? "" : ": FAILED: the handler ", result.fault.c_str());
  std::fflush(stdout);
  return result.fault.empty();
}

/// One of several processes, each of which has its part of the attacks that are a matter of waiting.
int wait_patiently(Options options, unsigned worker, unsigned workers) {
  options.setting.worker = worker;
  const int listener = listen_at(worker);
  bool right = listener >= 0;
  for (std::size_t i = worker - 1; i < patient_attacks().size(); i += workers)
    right &= attack(options, patient_attacks()[i], listener);
  return right ? 0 : 1;
}

int attack(const Options& options) {
  constexpr unsigned kWorkers = 12;
  const int listener = listen_at(kWorkers + 1);
  Options others = options;
  others.setting.worker = kWorkers + 1;
  std::fflush(stdout);
  for (unsigned worker = 1; worker <= kWorkers; ++worker)
    if (::fork() == 0) std::exit(wait_patiently(options, worker, kWorkers));
  int failed = 0;
  for (const auto* list : {&key_exchange_attacks(), &attacks()})
    for (const Attack& one : *list) failed += attack(others, one, listener) ? 0 : 1;
  for (int status = 0; ::wait(&status) > 0;) failed |= status;
  return failed == 0 ? 0 : 1;
}

/// Every `jobs`-th connection, until their share of the messages is sent.
int work(Options options, unsigned worker) {
  options.setting.worker = worker;
  const int listener = listen_at(worker);
  if (listener < 0) return std::perror("listen"), 1;
  std::uint64_t messages = 0, failed = 0, connection = worker - 1;
  for (; messages < options.messages / options.jobs; connection += options.jobs) {
    if (!one(options, connection, listener, messages)) ++failed;
  }
  std::printf("%s: %llu messages in %llu connections, %llu failed\n", options.mode.c_str(),
              static_cast<unsigned long long>(messages), static_cast<unsigned long long>(connection / options.jobs),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "host-key") == 0) return std::puts(Transport::host_key_line().c_str()) < 0;
  const std::optional<Options> options = parse(argc, argv);
  if (!options) return std::fputs("usage: see the head of tests/peer/main.cpp\n", stderr), 64;
  if (options->mode == "attacks") return attack(*options);
  if (options->connection) {
    std::uint64_t messages = 0;
    return one(*options, *options->connection, listen_at(1), messages) ? 0 : 1;
  }
  std::printf("%s: seed %llu\n", options->mode.c_str(), static_cast<unsigned long long>(options->seed));
  std::fflush(stdout);
  for (unsigned worker = 1; worker <= options->jobs; ++worker)
    if (::fork() == 0) std::exit(work(*options, worker));
  int failed = 0;
  for (int status = 0; ::wait(&status) > 0;) failed |= status;
  return failed == 0 ? 0 : 1;
}
