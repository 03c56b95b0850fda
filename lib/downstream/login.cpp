#include "downstream/login.h"

#include <algorithm>
#include <utility>

#include "base/result.h"

namespace pysshrp::downstream {
namespace {

constexpr std::size_t kMaxEarly = 8;
constexpr unsigned kMaxKeys = 128;  // shown, or signed with; and of what is refused without a try

}  // namespace

void Login::advance(TimePoint now) {
  answer_what_is_due(now);
  while (early_.size() <= kMaxEarly) {
    auto message = session_.next_message();
    if (!message) break;
    early_.push_back(*std::move(message));
  }
  if (early_.size() > kMaxEarly) end_for("too many authentication requests at once");
  while (!message_ && !early_.empty() && !ended_) {
    ssh::Message next = std::move(early_.front());
    early_.pop_front();
    take(std::move(next), now);
  }
  if (watch_.refused() > kMaxKeys) end_for("too many authentication requests");
  if (!message_ && !ended_ && !session_.dead() && requests_ != watch_.seen())
    end_for("a signature does not verify, or is of a kind that is not accepted here");
}

void Login::accept() {
  message_->accept();
  message_.reset();
}

void Login::accept_partially(std::span<const std::string_view> methods) {
  offer(methods);
  message_->accept_partially();
  message_.reset();
}

void Login::answer_probe(bool welcome) {
  if (!welcome) return refuse_look_up();
  welcome_ = true;
  answer_at_ = times_.due(Answer::key_welcome, started_);
}

void Login::take(ssh::Message message, TimePoint now) {
  ssh::Asked asked = message.read();
  if (const auto* service = std::get_if<ssh::ServiceRequest>(&asked)) {
    if (service->name == "ssh-userauth")
      message.accept();
    else
      end_for("service not available before authentication");
  } else if (auto* auth = std::get_if<ssh::AuthRequest>(&asked)) {
    take_auth(std::move(message), std::move(*auth), now);
  } else if (auto* response = std::get_if<ssh::InfoResponse>(&asked)) {
    take_answers(std::move(message), std::move(*response), now);
  } else {
    message.refuse();
  }
}

void Login::take_auth(ssh::Message message, ssh::AuthRequest request, TimePoint now) {
  ++requests_;
  // Whoever asks anew abandons keyboard-interactive (RFC 4256, section 3.1). It may have cost the upstream a
  // connection.
  if (std::exchange(asked_, false) && ++tries_ >= max_tries_) {
    ended_ = End::too_many_tries;
    return;
  }
  if (!names_its_user(request.user)) {
    end_for("change of username not allowed");
    return;
  }
  std::visit(Cases{[&](const ssh::NoMethod&) {
                     if (std::exchange(none_seen_, true)) return start(std::move(message), {}, now);
                     start(std::move(message), {}, now);  // the usual first question: which methods are there
                     refuse_look_up();
                   },
                   [&](ssh::PasswordMethod& method) {
                     if (!is_offered("password")) return start(std::move(message), {}, now);
                     start(std::move(message), std::move(method), now);
                   },
                   [&](ssh::KeyMethod& method) {
                     const bool offered = is_offered("publickey");
                     if (++keys_ > kMaxKeys) return end_for("too many public keys");
                     if (!offered) {
                       start(std::move(message), {}, now);
                       return method.is_signed ? void() : refuse_look_up();
                     }
                     start(std::move(message), std::move(method), now);
                   },
                   [&](const ssh::InteractiveMethod& method) {
                     if (!is_offered("keyboard-interactive")) return start(std::move(message), {}, now);
                     start(std::move(message), method, now);
                   },
                   [&](const ssh::OtherMethod&) { start(std::move(message), {}, now); }},
             request.method);
}

void Login::take_answers(ssh::Message message, ssh::InfoResponse response, TimePoint now) {
  if (!std::exchange(asked_, false)) return end_for("answers to no question");
  if (response.answers.size() != prompts_) return end_for("wrong number of answers");
  start(std::move(message), std::move(response), now);
}

/// Nothing as the attempt: no judge is needed to refuse it.
void Login::start(ssh::Message message, std::optional<Attempt> attempt, TimePoint now) {
  message_ = std::move(message);
  started_ = now;
  attempt_ = std::move(attempt);
  is_key_ = attempt_ && std::holds_alternative<ssh::KeyMethod>(*attempt_);
  is_first_round_ = attempt_ && std::holds_alternative<ssh::InteractiveMethod>(*attempt_);
  if (!attempt_) refuse();
}

void Login::refuse(bool is_try) noexcept {
  refused_ = true;
  is_try_ = is_try;
  answer_at_ = times_.due(is_key_ ? Answer::key_refused : Answer::refused, started_);
}

void Login::refuse_look_up() noexcept {
  refuse(false);
  answer_at_ = times_.due(Answer::lookup_refused, started_);
}

void Login::ask(ssh::Round round) {
  round_ = std::move(round);
  answer_at_ = is_first_round_ ? times_.due(Answer::first_questions, started_) : started_;
}

bool Login::names_its_user(const std::string& name) {
  if (!user_) {
    user_.emplace(name);
    const UserMethods found = methods_of_(*user_);
    times_.set_lookup(found.same_for_all_until);
    offer(found.methods);
  }
  return user_->text() == name;
}

void Login::offer(std::span<const std::string_view> methods) {
  offered_.assign(methods.begin(), methods.end());
  session_.offer(offered_);
}

bool Login::is_offered(std::string_view method) const noexcept {
  return std::find(offered_.begin(), offered_.end(), method) != offered_.end();
}

void Login::answer_what_is_due(TimePoint now) {
  if (!message_ || now < deadline()) return;
  if (refused_) return answer_refusal();
  if (std::exchange(welcome_, false)) {
    message_->welcome_key();
    message_.reset();
    return;
  }
  prompts_ = round_->prompts.size();
  asked_ = true;
  message_->ask(*round_);
  round_.reset();
  message_.reset();
}

void Login::answer_refusal() {
  refused_ = false;
  // After the last one only a disconnect says why: after a refusal the client would already be asking for the next
  // password.
  if (is_try_ && ++tries_ >= max_tries_)
    ended_ = End::too_many_tries;
  else
    message_->refuse();
  message_.reset();
}

void Login::end_for(const char* breach) {
  ended_ = End::broke_protocol;
  breach_ = breach;
}

}  // namespace pysshrp::downstream
