#pragma once
#include <optional>
#include <string>

#include "auth/key_options.h"
#include "log/log.h"
#include "peer/peer.h"
#include "ssh/algorithms.h"
#include "ssh/public_key.h"

namespace pysshrp::connection {

/// Judges the keys that one client shows, and notes why one is not used.
class KeyJudge {
 public:
  /// All outlive it.
  KeyJudge(const ssh::Algorithms& algorithms, const peer::Peer& peer, log::Log& log) noexcept
      : algorithms_(algorithms), peer_(peer), log_(log) {}

  /// Whether libssh will verify a signature of this key. It gives no answer at all to one that it does not: no such key
  /// may come that far.
  bool is_verifiable(const ssh::PublicKey& key);
  /// What a file of this machine grants with the key; nothing if it does not.
  std::optional<auth::KeyRights> judge_by_file(const ssh::PublicKey& key, const std::string& file);
  /// The same of its text.
  std::optional<auth::KeyRights> judge(const ssh::PublicKey& key, const std::string& authorized_keys);

 private:
  void note(std::string what);

  const ssh::Algorithms& algorithms_;
  const peer::Peer& peer_;
  log::Log& log_;
  unsigned notes_ = 0;
};

}  // namespace pysshrp::connection
