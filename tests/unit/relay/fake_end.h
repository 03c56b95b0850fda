#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/stream.h"

namespace pysshrp::relay {

/// One end of a channel pair in memory: what came in, what was sent, in one line of text each.
class FakeEnd final : public Source, public Sink {
 public:
  void arrives(std::string_view text, bool is_stderr = false) {
    if (!discarding) in.append({text.data(), text.size()}, is_stderr);
  }
  std::optional<Piece> front() override { return in.size() == 0 ? std::nullopt : std::optional{in.front()}; }
  void pop(std::size_t n) override { in.pop(n); }
  bool drained() const override { return in.size() == 0; }
  bool eof() const override { return ended; }
  bool closed() const override { return closed_by_peer; }
  bool gone() const override { return closed_by_peer || broken; }
  void discard() override {
    discarding = true;
    in.clear();
  }
  std::size_t write(std::span<const char> bytes, bool is_stderr) override {
    const std::size_t n = std::min(room, bytes.size());
    room -= n;
    if (n != 0) sent += (is_stderr ? "2:" : "1:") + std::string{bytes.data(), n} + ' ';
    return n;
  }
  void send_eof() override { sent += "EOF "; }
  void close() override {
    if (!std::exchange(close_was_sent, true)) sent += "CLOSE ";
  }
  bool close_sent() const override { return close_was_sent; }

  Backlog in;
  std::string sent;
  std::size_t room = 1000;
  bool ended = false, closed_by_peer = false, broken = false, discarding = false, close_was_sent = false;
};

}  // namespace pysshrp::relay
