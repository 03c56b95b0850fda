// Any bytes as the beginning of a connection, read as the parser allows: nothing crashes, nothing asks for more than
// a header can have, the result does not depend on how the bytes are split, and nothing after the header is read.
#include <algorithm>
#include <cstdint>
#include <string>

#include "peer/proxy_header.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;
using peer::ParsedHeader;

namespace {

struct Parsed {
  std::string parsed;
  std::size_t read;
};

std::string words(const ParsedHeader& parsed) {
  if (const auto* peer = std::get_if<peer::Peer>(&parsed)) {
    require(peer->address.has_value());
    return peer->address->text() + ' ' + std::to_string(peer->port);
  }
  const auto* const error = std::get_if<Error>(&parsed);
  require(!error || !error->what.empty());
  return error ? error->what : "own check";
}

Parsed parse(std::string_view bytes, std::size_t step) {
  std::size_t read = 0;
  for (;;) {
    const ParsedHeader parsed = peer::parse_header(bytes.substr(0, read));
    const auto* const more = std::get_if<peer::NeedMore>(&parsed);
    if (!more) return {words(parsed), read};
    require(more->bytes > 0 && read + more->bytes <= peer::kLongestHeader);
    if (read == bytes.size()) return {"more", read};
    read += std::min({step, more->bytes, bytes.size() - read});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const Parsed whole = parse(bytes, size), slow = parse(bytes, 1);
  const bool decided = !whole.parsed.starts_with("malformed") && !whole.parsed.starts_with("no PROXY");
  if (decided) {
    require(whole.parsed == slow.parsed && whole.read == slow.read);
    require(whole.parsed == "more" || peer::begins_header(bytes));
  }
  // A line ends where it ends, whatever follows.
  if (decided && whole.parsed != "more" && bytes.front() == 'P')
    require(bytes.substr(0, whole.read).ends_with("\r\n") && bytes.find("\r\n") + 2 == whole.read);
  return 0;
}
