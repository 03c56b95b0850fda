#pragma once
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "relay/relay_observer.h"
#include "relay/rights.h"
#include "ssh/client.h"
#include "ssh/message.h"

namespace pysshrp::relay {

/// Where the upstream listens for the client (`ssh -R`; RFC 4254, section 7.1). One request is sent at a time: answers
/// to global requests have no number, only their order.
class RemoteForwards {
 public:
  /// Serves the upstream, and nobody else, until something has come in or it is `until`. False: do not wait longer.
  using Wait = std::function<bool(TimePoint until)>;

  /// `upstream`, `options` and `observer` outlive it.
  RemoteForwards(ssh::Client& upstream, const RelayOptions& options, RelayObserver& observer, Wait wait)
      : upstream_(upstream), options_(options), observer_(observer), wait_(std::move(wait)) {}

  /// Waits for the upstream's answer, ten seconds at the most. Nothing else is relayed meanwhile: libssh would answer
  /// what the client has sent behind this request, and the client take that for the answer to this one.
  ssh::GlobalAnswer answer(const ssh::GlobalRequest& request);
  /// Whether the client has asked the upstream to listen at this port. The address is not compared: servers report it
  /// in their own form.
  bool has(int port) const noexcept;

 private:
  enum class Answer { yes, no, none };
  ssh::GlobalAnswer listen(const ssh::Listen& listen);
  ssh::GlobalAnswer stop_listening(const ssh::StopListening& stop);
  Answer ask(const std::function<ssh::Progress()>& attempt);
  void not_done(const ssh::GlobalRequest& request, Answer answer) const;

  ssh::Client& upstream_;
  const RelayOptions& options_;
  RelayObserver& observer_;
  const Wait wait_;
  std::vector<ssh::HostAndPort> listening_;
  bool is_silent_ =
      false;  ///< the upstream has not answered once: a late answer would pass for that to the next request
};

}  // namespace pysshrp::relay
