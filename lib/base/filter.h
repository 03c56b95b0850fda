#pragma once
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pysshrp::sandbox {

// Compiles a table of allowed system calls (lib/base/allowed_calls.h) to a seccomp(2) program, at compile time.

/// The phases of a handler. The filter of each is installed on top of those before it.
enum class Phase : std::uint8_t {
  proxy_header = 8,   ///< until a load balancer has said who its client is
  login = 1,          ///< the monitor, until both sides are logged in
  login_writing = 2,  ///< the same, where a login may write known_hosts
  front = 16,         ///< who speaks with the client, until both sides are logged in
  session = 4,
};

/// One condition on one argument: its lower 32 bits, masked with `mask`, are one of `values`. `null`: all 64 bits are
/// 0.
struct Condition {
  std::uint8_t argument = 0, count = 0;
  bool null = false;
  std::uint32_t mask = 0;
  std::array<std::uint32_t, 8> values{};
};

/// The call is allowed in `phases` (bits of Phase) when all conditions hold. Several entries with one number are
/// alternatives.
struct AllowedCall {
  const char* name;
  std::uint32_t number;
  std::uint8_t phases;
  std::array<Condition, 3> conditions{};
};

// --- The words of the table

template <typename... Value>
constexpr Condition masked(std::uint8_t argument, std::uint32_t mask, Value... values) {
  return {argument, sizeof...(values), false, mask, {static_cast<std::uint32_t>(values)...}};
}
template <typename... Value>
constexpr Condition any_of(std::uint8_t argument, Value... values) {
  return masked(argument, ~std::uint32_t{0}, values...);
}
constexpr Condition none_of(std::uint8_t argument, std::uint32_t bits) {
  return masked(argument, bits, 0);
}
constexpr Condition all_of(std::uint8_t argument, std::uint32_t bits) {
  return masked(argument, bits, bits);
}
constexpr Condition only_of(std::uint8_t argument, std::uint32_t bits) {
  return none_of(argument, ~bits);
}
constexpr Condition null(std::uint8_t argument) {
  return {argument, 1, true, 0, {}};
}

/// In `values`: the handler's own process id, known when the filter is installed.
inline constexpr std::uint32_t kOwnProcess = 0xffff'fff0;

// --- The program

/// The first number of calls that are newer than Linux 5.1, the same on all architectures. Refused with ENOSYS:
/// libraries then fall back to an older call, and do so for no other error.
inline constexpr std::uint32_t kNewCalls = 424;
inline constexpr std::uint32_t kRefused = SECCOMP_RET_ERRNO | EPERM, kNotImplemented = SECCOMP_RET_ERRNO | ENOSYS;
inline constexpr std::uint32_t kForeignNumbers = 0x40000000;  ///< x32's, from here on

/// Instructions of classic BPF.
struct Program {
  std::array<sock_filter, 640> code{};
  std::size_t size = 0;

  constexpr void add(unsigned operation, std::uint32_t value, std::size_t when = 0, std::size_t otherwise = 0) {
    code[size++] = {static_cast<std::uint16_t>(operation), static_cast<std::uint8_t>(when),
                    static_cast<std::uint8_t>(otherwise), value};
  }
  /// Makes the test at index `test` jump here when it is true. A test can jump by 255 at most, BPF_JA further.
  constexpr void jump_behind(std::size_t test) {
    const std::size_t over = size - test - 1;
    if (over <= 255) {
      code[test].jt = static_cast<std::uint8_t>(over);
      return;
    }
    for (std::size_t at = size++; at != test + 1; --at) code[at] = code[at - 1];
    code[test].jf = 1;
    code[test + 1] = {BPF_JMP | BPF_JA, 0, 0, static_cast<std::uint32_t>(over)};
  }
  constexpr std::span<const sock_filter> instructions() const { return {code.data(), size}; }
};

namespace detail {

inline constexpr unsigned kLoad = BPF_LD | BPF_W | BPF_ABS, kEqual = BPF_JMP | BPF_JEQ | BPF_K,
                          kAtLeast = BPF_JMP | BPF_JGE | BPF_K, kReturn = BPF_RET | BPF_K;

constexpr std::uint32_t lower_half(std::uint8_t argument) {  // both architectures are little-endian
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + std::size_t{8} * argument);
}

constexpr std::size_t length(const Condition& c) {
  if (c.null) return 4;
  return 1 + (c.mask != ~std::uint32_t{0} ? 1 : 0) + c.count;
}

constexpr std::size_t length(const AllowedCall& call) {
  std::size_t n = 1;
  for (const Condition& c : call.conditions)
    if (c.count != 0) n += length(c);
  return n;
}

/// Continues with the next instruction if the condition holds, and otherwise skips `otherwise` instructions.
constexpr void add(Program& program, const Condition& c, std::size_t otherwise) {
  program.add(kLoad, lower_half(c.argument));
  if (c.null) {
    program.add(kEqual, 0, 0, otherwise + 2);
    program.add(kLoad, lower_half(c.argument) + 4);
    program.add(kEqual, 0, 0, otherwise);
    return;
  }
  if (c.mask != ~std::uint32_t{0}) program.add(BPF_ALU | BPF_AND | BPF_K, c.mask);
  for (std::size_t left = c.count; left-- != 0;)
    program.add(kEqual, c.values[c.count - 1 - left], left, left == 0 ? otherwise : 0);
}

constexpr void add(Program& program, const AllowedCall& call) {
  std::size_t rest = length(call);
  for (const Condition& c : call.conditions) {
    if (c.count == 0) continue;
    rest -= length(c);
    add(program, c, rest);
  }
  program.add(kReturn, SECCOMP_RET_ALLOW);
}

/// The numbers from `from` up to the next range are treated alike. If `count` is not 0 the conditions of that many
/// entries decide.
struct Range {
  std::uint32_t from = 0, verdict = kRefused;
  std::size_t entry = 0, count = 0;
};

template <std::size_t kMost>
struct Ranges {
  std::array<AllowedCall, kMost> calls{};  ///< of one phase, by number
  std::size_t size = 0;
  std::array<Range, 2 * kMost + 4> ranges{};
  std::size_t count = 0;

  constexpr void insert(const AllowedCall& call) {
    std::size_t at = size++;
    for (; at != 0 && calls[at - 1].number > call.number; --at) calls[at] = calls[at - 1];
    calls[at] = call;
  }
  constexpr void add(const Range& next) {
    if (count != 0 && ranges[count - 1].from == next.from) --count;  // there was nothing between
    const bool same =
        count != 0 && ranges[count - 1].count == 0 && next.count == 0 && ranges[count - 1].verdict == next.verdict;
    if (!same) ranges[count++] = next;
  }
  constexpr void refuse_from(std::uint32_t number) { add({number, number < kNewCalls ? kRefused : kNotImplemented}); }
  constexpr void build() {
    refuse_from(0);
    for (std::size_t i = 0, next = 0; i != size; i = next) {
      const std::uint32_t number = calls[i].number;
      bool always = false;
      for (next = i; next != size && calls[next].number == number; ++next)
        always = always || calls[next].conditions[0].count == 0;
      if (ranges[count - 1].from < kNewCalls && number >= kNewCalls) refuse_from(kNewCalls);
      add({number, SECCOMP_RET_ALLOW, i, always ? 0 : next - i});
      refuse_from(number + 1);
    }
    if (ranges[count - 1].from < kNewCalls) refuse_from(kNewCalls);
    add({kForeignNumbers, kRefused});
  }
};

/// A binary search for the number among the ranges [from, to). Every path ends in a return.
template <std::size_t kMost>
constexpr void add_search(Program& program, const Ranges<kMost>& table, std::size_t from, std::size_t to) {
  if (to - from == 1) {
    const Range& range = table.ranges[from];
    for (std::size_t i = 0; i != range.count; ++i) add(program, table.calls[range.entry + i]);
    program.add(kReturn, range.count == 0 ? range.verdict : kRefused);
    return;
  }
  const std::size_t middle = (from + to) / 2, test = program.size;
  program.add(kAtLeast, table.ranges[middle].from);
  add_search(program, table, from, middle);
  program.jump_behind(test);
  add_search(program, table, middle, to);
}

}  // namespace detail

/// The filter of one phase. `architecture` is AUDIT_ARCH_...; calls of any other are refused.
template <std::size_t kMost>
constexpr Program compile(const std::array<AllowedCall, kMost>& table, Phase phase, std::uint32_t architecture) {
  using namespace detail;
  Ranges<kMost> ranges;
  for (const AllowedCall& call : table)
    if ((call.phases & static_cast<std::uint8_t>(phase)) != 0) ranges.insert(call);
  ranges.build();
  Program program;
  program.add(kLoad, offsetof(seccomp_data, arch));
  program.add(kEqual, architecture, 1, 0);
  program.add(kReturn, kRefused);
  program.add(kLoad, offsetof(seccomp_data, nr));
  add_search(program, ranges, 0, ranges.count);
  return program;
}

}  // namespace pysshrp::sandbox
