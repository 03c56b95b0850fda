#include "downstream/login.h"

#include <chrono>
#include <utility>

#include "base/result.h"

namespace pysshrp::downstream {
namespace {

// Longer than PAM lets a wrong password wait (2 s and up to half more), so that what an upstream takes to say no cannot
// be told from what we take for a user that does not exist.
constexpr std::chrono::seconds kRefusalTakes{3};
constexpr std::size_t kMaxEarly = 8;

}  // namespace

void Login::advance(TimePoint now) {
  if (attempt_ && refused_ && now >= answer_at_) answer_refusal();
  while (early_.size() <= kMaxEarly) {
    auto message = session_.next_message();
    if (!message) break;
    early_.push_back(*std::move(message));
  }
  if (early_.size() > kMaxEarly) end_for("too many authentication requests at once");
  while (!attempt_ && !early_.empty() && !ended_) {
    ssh::Message next = std::move(early_.front());
    early_.pop_front();
    take(std::move(next), now);
  }
}

const Secret* Login::password() const noexcept {
  return attempt_ && !refused_ ? &password_ : nullptr;
}

void Login::accept() {
  attempt_->accept();
  attempt_.reset();
  password_ = Secret{};
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
  } else {
    message.refuse();
  }
}

void Login::take_auth(ssh::Message message, ssh::AuthRequest request, TimePoint now) {
  if (!names_its_user(request.user)) {
    end_for("change of username not allowed");
    return;
  }
  if (std::holds_alternative<ssh::NoMethod>(request.method) && !std::exchange(none_seen_, true)) {
    message.refuse();  // the usual first question: which methods are there
    return;
  }
  attempt_ = std::move(message);
  answer_at_ = now + kRefusalTakes;
  auto* password = std::get_if<ssh::PasswordMethod>(&request.method);
  refused_ = password == nullptr;  // a method that is not offered
  if (password) password_ = std::move(password->password);
}

bool Login::names_its_user(const std::string& name) {
  if (!user_) {
    user_.emplace(name);
    session_.offer(methods_of_(*user_));
  }
  return user_->text() == name;
}

void Login::answer_refusal() {
  password_ = Secret{};
  refused_ = false;
  // After the last one only a disconnect says why: after a refusal the client would already be asking for the next
  // password.
  if (++tries_ >= max_tries_)
    ended_ = End::too_many_tries;
  else
    attempt_->refuse();
  attempt_.reset();
}

void Login::end_for(const char* breach) {
  ended_ = End::broke_protocol;
  breach_ = breach;
}

}  // namespace pysshrp::downstream
