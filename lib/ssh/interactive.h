#pragma once
#include <string>
#include <vector>

#include "base/secret.h"

namespace pysshrp::ssh {

/// One round of keyboard-interactive (RFC 4256, section 3.2): what the server wants shown and asked. It may ask
/// nothing.
struct Round {
  struct Prompt {
    std::string text;
    bool echo;
  };
  std::string name, instruction;
  std::vector<Prompt> prompts;
};

/// What the client says to it, an answer for each prompt (section 3.4).
using Answers = std::vector<Secret>;

}  // namespace pysshrp::ssh
