#include "downstream/user_auth.h"

#include <algorithm>
#include <utility>

#include "base/result.h"

namespace pysshrp::downstream {
namespace {

constexpr std::size_t kMaxEarly = 8;
constexpr unsigned kMaxKeys = 128;  // shown, or signed with; and of what is refused without a try

}  // namespace

void UserAuth::advance(TimePoint now) {
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
    on_message(std::move(next), now);
  }
  if (watch_.refused() > kMaxKeys) end_for("too many authentication requests");
  // libssh drops a request that it cannot read, or whose signature does not verify: the client would wait for ever.
  // Only a count above ours says so: where libssh words its log otherwise it is 0.
  if (!message_ && !ended_ && !session_.dead() && watch_.seen() > requests_)
    end_for("a signature does not verify, or is of a kind that is not accepted here");
}

void UserAuth::answer(AuthResult result) {
  std::visit(Cases{[](AuthPending) {},
                   [&](AuthSuccess) {
                     message_->accept();
                     message_.reset();
                   },
                   [&](AuthPartialSuccess& partial) {
                     offer(std::move(partial.methods));
                     message_->accept_partially();
                     message_.reset();
                   },
                   [&](AuthFailure& failure) {
                     answer_later(std::move(failure), kind_ == Kind::key ? Answer::key_refused : Answer::refused);
                   },
                   [&](InfoRequest& request) {
                     // The first questions always take the same time.
                     const bool is_first = kind_ == Kind::keyboard_interactive;
                     answer_later(std::move(request), is_first ? Answer::first_questions : Answer::next_questions);
                   },
                   [&](const AuthError& error) {
                     message_.reset();
                     session_.disconnect(error.client_text);
                   }},
             result);
}

void UserAuth::answer_key_query(bool acceptable) {
  if (acceptable) return answer_later(KeyAcceptable{}, Answer::key_welcome);
  answer_later(AuthFailure{"", false}, Answer::lookup_refused);
}

void UserAuth::answer_later(DelayedAnswer answer, Answer time) {
  answer_ = std::move(answer);
  answer_at_ = times_.due(time, started_);
}

void UserAuth::on_message(ssh::Message message, TimePoint now) {
  ssh::Request received = message.read();
  if (const auto* service = std::get_if<ssh::ServiceRequest>(&received)) {
    if (service->name == "ssh-userauth")
      message.accept();
    else
      end_for("service not available before authentication");
  } else if (auto* auth = std::get_if<ssh::AuthRequest>(&received)) {
    on_auth_request(std::move(message), std::move(*auth), now);
  } else if (auto* response = std::get_if<InfoResponse>(&received)) {
    on_info_response(std::move(message), std::move(*response), now);
  } else {
    message.refuse();
  }
}

void UserAuth::on_auth_request(ssh::Message message, ssh::AuthRequest request, TimePoint now) {
  ++requests_;
  // Whoever asks anew abandons keyboard-interactive (RFC 4256, section 3.1). It may have cost the upstream a
  // connection.
  if (std::exchange(asked_, {}) && ++tries_ >= max_tries_) {
    ended_ = End::too_many_tries;
    return;
  }
  if (!names_its_user(request.user)) return end_for("change of username not allowed");
  const auto if_offered = [&](const char* name, auto& method) {
    if (!is_offered(name)) return reject(std::move(message), now);
    hand_on(std::move(message), std::move(method), now);
  };
  std::visit(Cases{[&](NoneRequest) {
                     // The usual first question: which methods are there.
                     if (std::exchange(none_seen_, true)) return reject(std::move(message), now);
                     reject_lookup(std::move(message), now);
                   },
                   [&](PasswordRequest& method) { if_offered("password", method); },
                   [&](PublicKeyRequest& method) {
                     if (++keys_ > kMaxKeys) return end_for("too many public keys");
                     if (!method.is_signed && !is_offered("publickey")) return reject_lookup(std::move(message), now);
                     if_offered("publickey", method);
                   },
                   [&](KeyboardInteractiveRequest& method) { if_offered("keyboard-interactive", method); },
                   [&](UnknownMethodRequest) { reject(std::move(message), now); }},
             request.method);
}

void UserAuth::on_info_response(ssh::Message message, InfoResponse response, TimePoint now) {
  const auto prompts = std::exchange(asked_, {});
  if (!prompts) return end_for("answers to no question");
  if (response.answers.size() != *prompts) return end_for("wrong number of answers");
  hand_on(std::move(message), std::move(response), now);
}

void UserAuth::hand_on(ssh::Message message, auth::AuthAttempt attempt, TimePoint now) {
  Kind kind = Kind::other;
  if (std::holds_alternative<PublicKeyRequest>(attempt)) kind = Kind::key;
  if (std::holds_alternative<KeyboardInteractiveRequest>(attempt)) kind = Kind::keyboard_interactive;
  keep(std::move(message), kind, now);
  attempt_ = std::move(attempt);
}

/// No decision is needed for that.
void UserAuth::reject(ssh::Message message, TimePoint now) {
  keep(std::move(message), Kind::other, now);
  answer_later(AuthFailure{}, Answer::refused);
}

/// Nothing was proved and nothing tried.
void UserAuth::reject_lookup(ssh::Message message, TimePoint now) {
  keep(std::move(message), Kind::other, now);
  answer_later(AuthFailure{"", false}, Answer::lookup_refused);
}

void UserAuth::keep(ssh::Message message, Kind kind, TimePoint now) {
  message_ = std::move(message);
  kind_ = kind;
  started_ = now;
}

bool UserAuth::names_its_user(const std::string& name) {
  if (!user_) {
    user_.emplace(name);
    UserMethods found = methods_of_(*user_);
    times_.set_lookup(found.same_for_all_until);
    offer(std::move(found.methods));
  }
  return user_->text() == name;
}

void UserAuth::offer(std::vector<std::string> methods) {
  offered_ = std::move(methods);
  session_.offer(offered_);
}

bool UserAuth::is_offered(std::string_view method) const noexcept {
  return std::find(offered_.begin(), offered_.end(), method) != offered_.end();
}

void UserAuth::answer_what_is_due(TimePoint now) {
  if (!message_ || now < deadline()) return;
  const DelayedAnswer answer = *std::exchange(answer_, {});
  std::visit([this](const auto& what) { send(what); }, answer);
  message_.reset();
}

/// After the last one only a disconnect says why: after a failure the client would already be asking for the next
/// password.
void UserAuth::send(const AuthFailure& failure) {
  if (failure.counts && ++tries_ >= max_tries_)
    ended_ = End::too_many_tries;
  else
    message_->refuse();
}

void UserAuth::send(KeyAcceptable) {
  message_->accept_key_query();
}

void UserAuth::send(const InfoRequest& request) {
  asked_ = request.prompts.size();
  message_->ask(request);
}

void UserAuth::end_for(const char* breach) {
  ended_ = End::broke_protocol;
  breach_ = breach;
}

}  // namespace pysshrp::downstream
