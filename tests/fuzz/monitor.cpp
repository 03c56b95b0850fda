// What front and monitor say to each other, both ways, and what libssh asks its agent: the bytes are another
// process's, which may be somebody else's. What is taken for a message is the message that its own bytes stand for.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "monitor/codec.h"
#include "monitor/key_agent.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  if (const auto request = monitor::decode_request(bytes)) require(monitor::encode(*request).view() == bytes);
  if (const auto answer = monitor::decode_answer(bytes)) require(monitor::encode(*answer).view() == bytes);
  if (const auto whole = monitor::agent_message_size(bytes); whole && *whole <= bytes.size())
    (void)monitor::agent_answer(bytes.substr(0, *whole), nullptr, UserName{"user"});
  return 0;
}
