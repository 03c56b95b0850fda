#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/backlog.h"
#include "base/result.h"
#include "ssh/channel_end.h"

namespace pysshrp::relay {

/// What a request says, in a word or two.
inline std::string text_of(const ssh::ChannelRequest& request) {
  return std::visit(
      Cases{[](const ssh::Pty&) { return std::string{"pty"}; },
            [](const ssh::WindowChange&) { return std::string{"window"}; },
            [](const ssh::Env& r) { return "env " + r.name; }, [](const ssh::Shell&) { return std::string{"shell"}; },
            [](const ssh::Exec& r) { return "exec " + r.command; },
            [](const ssh::Subsystem& r) { return "subsystem " + r.name; },
            [](const ssh::X11&) { return std::string{"x11"}; },
            [](const ssh::UnknownRequest&) { return std::string{"unknown"}; }},
      request);
}

/// What both peers of a pair are told, in its order: `up exec ls, down success`.
class Wire {
 public:
  void say(const std::string& what) { text_ += (text_.empty() ? "" : ", ") + what; }
  std::string take() { return std::exchange(text_, {}); }

 private:
  std::string text_;
};

/// One end of a pair in memory, as libssh's channels behave.
class FakeChannel final : public ssh::ChannelEnd {
 public:
  FakeChannel(std::string name, Wire& wire) : name_(std::move(name)), wire_(wire) {}

  // What the peer does.
  void arrives(std::string_view text) {
    if (!discarding_) in_.append(text, false);
  }
  void sends_eof() { incoming_ = std::max(incoming_, 1); }
  void closes() { incoming_ = 2; }
  ssh::Progress opens = ssh::Progress::again;    ///< to an opening
  ssh::Progress answers = ssh::Progress::again;  ///< to the request in flight

  ssh_channel get() const noexcept override { return reinterpret_cast<ssh_channel>(const_cast<FakeChannel*>(this)); }
  std::size_t held() const noexcept override { return in_.size(); }
  void refill(std::size_t&) override {}
  std::size_t widened() const noexcept override { return 0; }
  bool has_left() const override { return gone(); }
  std::optional<Piece> front() override { return in_.size() == 0 ? std::nullopt : std::optional{in_.front()}; }
  void pop(std::size_t n) override { in_.pop(n); }
  bool drained() const override { return in_.size() == 0; }
  bool eof() const override { return incoming_ > 0; }
  bool closed() const override { return incoming_ > 1; }
  bool gone() const override { return closed(); }
  void discard() override {
    discarding_ = true;
    in_.clear();
  }
  std::size_t write(std::span<const char> bytes, bool is_stderr) override {
    say((is_stderr ? "stderr '" : "'") + std::string{bytes.data(), bytes.size()} + '\'');
    return bytes.size();
  }
  void send_eof() override { say("EOF"); }
  void close() override {
    if (!std::exchange(close_sent_, true)) say("CLOSE");
  }
  bool close_sent() const override { return close_sent_; }

  ssh::Progress open(const ssh::Opening&) noexcept override {
    if (opens != ssh::Progress::failed && !std::exchange(asked_to_open_, true)) say("open");
    return opens;
  }
  std::string refusal() const override { return "no"; }
  void accept_agent() noexcept override {}
  ssh::Progress request(const ssh::ChannelRequest& request) noexcept override {
    if (eaten_) return ssh::Progress::failed;
    if (!std::exchange(in_flight_, true)) say(text_of(request));
    const ssh::Progress now = std::exchange(answers, ssh::Progress::again);
    in_flight_ = now == ssh::Progress::again;
    return now;
  }
  void expect_no_answer() noexcept override { eaten_ = true; }
  bool has_spoken() const noexcept override { return held() != 0 || exit_status || exit_signal || incoming_ == 1; }
  void start_over() override {
    say("CLOSE");
    opens = answers = ssh::Progress::again;
    incoming_ = 0;
    asked_to_open_ = in_flight_ = eaten_ = false;
  }
  void offer_agent() noexcept override { say("agent"); }
  void send_signal(const std::string& name) noexcept override { say("signal " + name); }
  void send_exit(int status) noexcept override { say("exit " + std::to_string(status)); }
  void send_exit(const ssh::ExitSignal& signal) noexcept override { say("exit " + signal.name); }
  void pretend_exit(std::string_view text, int status) override {
    in_.append(text, true);
    exit_status = status;
    incoming_ = 2;
  }

 private:
  void say(const std::string& what) noexcept { wire_.say(name_ + ' ' + what); }

  const std::string name_;
  Wire& wire_;
  Backlog in_;
  int incoming_ = 0;  ///< 1: EOF has come, 2: CLOSE
  bool discarding_ = false, close_sent_ = false, asked_to_open_ = false, in_flight_ = false, eaten_ = false;
};

/// What the client waits for.
class FakeReply final : public ssh::Reply {
 public:
  explicit FakeReply(Wire& wire) : wire_(wire) {}
  std::size_t weight() const noexcept override { return 1; }
  void accept() noexcept override { say("success"); }
  bool accept_as(ssh_channel) noexcept override {
    say("confirmation");
    return true;
  }
  void refuse() noexcept override { say("failure"); }

 private:
  void say(const char* what) noexcept {
    if (!std::exchange(said_, true)) wire_.say(std::string{"down "} + what);
  }
  Wire& wire_;
  bool said_ = false;
};

}  // namespace pysshrp::relay
