#include "connection/agent_signature.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/client_messages.h"
#include "base/result.h"
#include "base/userauth.h"
#include "connection/disconnect_reason.h"
#include "relay/rights.h"
#include "ssh/channel.h"
#include "ssh/wait.h"

namespace pysshrp::connection {
namespace {

using namespace std::chrono_literals;
using ssh::Progress;

constexpr std::size_t kMaxAnswer = 64 * 1024;  // a signature is smaller
constexpr auto kFarewell = 1s;                 // for the client to take what it is told
constexpr const char* kNotAccepted = "it does not accept the signature of the client's agent";
constexpr int kExitStatus = 255;  // ssh's own for what goes wrong before a command runs

class AgentSignature {
 public:
  AgentSignature(ssh::Server& downstream, ssh::Client& upstream, ssh::AgentLogin& login, const AgentParams& params,
                 relay::PendingChannels& early, log::Log& log)
      : downstream_(downstream), upstream_(upstream), login_(login), params_(params), early_(early), log_(log) {}

  bool run();

 private:
  enum class Step { wait_for_offer, open, ask, finish, close, done };
  void receive(ssh::Message message);
  void advance();
  void ask();
  void take_answer();
  void finish();
  bool has_started() const;
  void fail(const char* for_client, std::string for_log);
  bool over();
  void say_farewell(const std::string& text);

  ssh::Server& downstream_;
  ssh::Client& upstream_;
  ssh::AgentLogin& login_;
  const AgentParams& params_;
  relay::PendingChannels& early_;
  log::Log& log_;
  Step step_ = Step::wait_for_offer;
  std::optional<ssh::Channel> agent_;
  std::size_t weight_ = 0;  ///< of all that waits
  std::size_t sent_ = 0;    ///< bytes of the request
  std::string answer_;
  bool failed_ = false;
};

bool AgentSignature::run() {
  for (;;) {
    const std::uint64_t before = downstream_.packets() + upstream_.packets();
    while (auto message = downstream_.next_message()) receive(*std::move(message));
    advance();
    if (step_ == Step::done) {
      log_(log::LoginAccepted{});
      return true;
    }
    if (over()) return false;
    if (downstream_.packets() + upstream_.packets() != before) continue;  // the socket tells of them no more
    if (ssh::wait({{&downstream_}, {&upstream_}}, {}, params_.stop_fd, params_.until)) {
      log_(log::LoginEnded{log::Broken{"asked to stop"}});
      downstream_.disconnect(client_messages::kStopped);
      return false;
    }
  }
}

/// The client is let in as if the session ran already; what it asks for waits.
void AgentSignature::receive(ssh::Message message) {
  ssh::Request received = message.read();
  const std::size_t weight = weight_ + message.weight();
  const auto* opening = std::get_if<ssh::Opening>(&received);
  if (opening && std::holds_alternative<ssh::OpenSession>(*opening) && early_.channels.size() < params_.max_channels) {
    auto channel = std::make_unique<ssh::Channel>(downstream_, ssh::Channel::Stderr::drop);
    channel->accept_agent();
    if (!channel->get() || !message.accept_as(channel->get())) return message.refuse();
    early_.channels.push_back({std::move(channel), {}});
    return;
  }
  // Without a session there is nobody to lend an agent: `ssh -W` would wait for nothing.
  const bool can_wait = std::holds_alternative<ssh::GlobalRequest>(received) ||
                        (opening && std::holds_alternative<ssh::OpenDirect>(*opening) && !early_.channels.empty());
  if (can_wait && weight <= ssh::kMaxWaitingWeight) {
    weight_ = weight;
    early_.others.push_back(std::move(message));
    return;
  }
  if (auto* request = std::get_if<ssh::ChannelRequest>(&received)) {
    const ssh_channel of = message.channel();
    const auto early = std::find_if(early_.channels.begin(), early_.channels.end(),
                                    [&](const auto& e) { return e.channel->get() == of; });
    if (early != early_.channels.end() && weight <= ssh::kMaxWaitingWeight) {
      weight_ = weight;
      early->requests.push_back({std::make_unique<ssh::Message>(std::move(message)), std::move(*request)});
      return;
    }
  }
  message.refuse();
}

void AgentSignature::advance() {
  if (step_ == Step::wait_for_offer) {
    const bool offered = std::any_of(early_.channels.begin(), early_.channels.end(),
                                     [](const auto& e) { return e.channel->agent_offered; });
    if (!offered && has_started()) return fail(client_messages::kNoAgent, "the client has not forwarded its agent");
    if (!offered) return;
    agent_.emplace(downstream_, ssh::Channel::Stderr::drop);
    step_ = Step::open;
  }
  if (step_ == Step::open) {
    const Progress opened = agent_->open(ssh::OpenAgent{});
    if (opened == Progress::again) return;
    if (opened == Progress::failed)
      return fail(client_messages::kNoAgent, "the client does not let its agent be asked");
    step_ = Step::ask;
  }
  if (step_ == Step::ask) ask();
  if (step_ == Step::finish) finish();
  if (step_ == Step::close) {  // or the client would keep its end to the end
    agent_->close();
    if (agent_->close_sent()) step_ = Step::done;
  }
}

bool AgentSignature::has_started() const {
  return std::any_of(early_.channels.begin(), early_.channels.end(), [](const relay::PendingChannel& early) {
    return std::any_of(early.requests.begin(), early.requests.end(),
                       [](const relay::PendingRequest& waiting) { return relay::starts(waiting.request); });
  });
}

void AgentSignature::ask() {
  const std::string& request = login_.request();
  while (sent_ < request.size()) {
    const std::size_t n = agent_->write(std::span{request}.subspan(sent_), false);
    if (n == 0) break;
    sent_ += n;
  }
  take_answer();
}

void AgentSignature::take_answer() {
  while (const auto piece = agent_->front()) {
    answer_.append(piece->bytes.data(), piece->bytes.size());
    agent_->pop(piece->bytes.size());
  }
  const auto size = ssh::AgentLogin::size_of(answer_);
  if (size && answer_.size() >= *size) {
    answer_.resize(*size);
    if (!ssh::AgentLogin::is_signature(answer_))
      return fail(client_messages::kNoSignature, "the client's agent refuses to sign");
    step_ = Step::finish;
  } else if (agent_->eof() || answer_.size() > kMaxAnswer || (size && *size > kMaxAnswer)) {
    fail(client_messages::kNoSignature, "the client's agent does not answer as it should");
  }
}

void AgentSignature::finish() {
  std::visit(Cases{[](AuthPending) {}, [&](AuthSuccess) { step_ = Step::close; },
                   [&](const AuthPartialSuccess& partial) {
                     fail(client_messages::kNotAccepted,
                          "it wants more than the key that the client's agent has signed with (methods that can "
                          "continue: " +
                              comma_separated(partial.methods) + ")");
                   },
                   [&](const AuthFailure&) { fail(client_messages::kNotAccepted, kNotAccepted); },
                   [&](const InfoRequest&) { fail(client_messages::kNotAccepted, kNotAccepted); },
                   [&](const AuthError&) {
                     if (upstream_.dead()) return fail(client_messages::kNotAccepted, upstream_.disconnect_reason());
                     fail(client_messages::kNoSignature,
                          "the client's agent answers with something that is no signature");
                   }},
             login_.finish(answer_));
}

void AgentSignature::fail(const char* for_client, std::string for_log) {
  log_(log::UpstreamFailed{std::move(for_log)});
  failed_ = true;
  say_farewell(for_client);
}

/// As ssh itself would: a line on stderr, and its exit status.
void AgentSignature::say_farewell(const std::string& text) {
  const std::string line = text + "\r\n";
  std::vector<ssh::Channel*> untold;
  for (ssh::Message& message : early_.others) message.refuse();
  early_.others.clear();
  for (relay::PendingChannel& early : early_.channels) {
    for (relay::PendingRequest& waiting : early.requests) waiting.accept();
    early.requests.clear();
    untold.push_back(early.channel.get());
  }
  const auto tell = [&](ssh::Channel* channel) {
    if (channel->write(line, true) == 0) return false;  // the socket takes nothing now
    channel->send_exit(kExitStatus);
    channel->send_eof();
    return true;
  };
  const TimePoint until = Clock::now() + kFarewell;
  while (!downstream_.dead() && Clock::now() < until) {
    std::erase_if(untold, tell);
    if (untold.empty())
      for (relay::PendingChannel& early : early_.channels) early.channel->close();
    if (ssh::wait({{&downstream_}}, {}, params_.stop_fd, until)) break;
  }
  downstream_.disconnect(text);
}

bool AgentSignature::over() {
  if (failed_) return true;
  if (downstream_.breach() || upstream_.breach()) {
    log_(log::LoginEnded{
        disconnect_reason_of(downstream_.breach() ? static_cast<ssh::Session&>(downstream_) : upstream_)});
    downstream_.disconnect(client_messages::kBreach);
    return true;
  }
  if (upstream_.dead()) {
    fail(client_messages::kNotAccepted, upstream_.disconnect_reason());
    return true;
  }
  const bool late = Clock::now() >= params_.until;
  if (!downstream_.dead() && !late) return false;
  log_(log::LoginEnded{late ? log::DisconnectReason{log::GraceTimeOver{}} : disconnect_reason_of(downstream_)});
  downstream_.disconnect(client_messages::kGraceTimeOver);
  return true;
}

}  // namespace

bool borrow_agent(ssh::Server& downstream, ssh::Client& upstream, ssh::AgentLogin& login, const AgentParams& params,
                  relay::PendingChannels& early, log::Log& log) {
  return AgentSignature{downstream, upstream, login, params, early, log}.run();
}

}  // namespace pysshrp::connection
