#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "transport.h"

namespace peer {

struct Channel {
  std::uint32_t ours = 0, theirs = 0;
  std::uint32_t window = 0;  ///< What the other side may still be sent.
  bool confirmed = false, eof_sent = false, close_sent = false, closed = false;
  bool usable() const { return confirmed && !close_sent && !closed; }
};

/// One side of a connection above the transport layer (RFC 4252, RFC 4254): logs in, or lets in, and answers what it
/// hears. It knows its channels, so that messages can be made that are nearly right. A wild one answers wrongly now and
/// then.
class Peer {
 public:
  Peer(Transport& transport, Transport::Side side, std::string user, std::uint64_t seed)
      : transport_(transport), side_(side), user_(std::move(user)), random_(seed) {}

  void hear(std::string_view payload);
  void ask_for_login() { transport_.send(Message(kServiceRequest).text("ssh-userauth").bytes); }
  void turn_wild() { wild_ = true; }

  bool authenticated() const { return authenticated_; }
  /// A message was for a channel whose number is what GLIBC_TUNABLES=glibc.malloc.perturb=90 fills freed memory with.
  bool heard_freed_memory() const { return heard_freed_memory_; }
  std::vector<Channel>& channels() { return channels_; }
  const std::vector<Channel>& channels() const { return channels_; }
  Transport& transport() { return transport_; }

 private:
  void answer(const Message& message);
  void on_userauth_request();
  void on_open(Reader message);
  void on_data(std::uint32_t ours, std::string_view bytes);
  void on_request(Reader message);
  void on_channel(std::uint8_t type, Reader message);
  void run(Channel& channel, std::string_view what);
  void write(Channel& channel, std::string_view bytes);
  void end(Channel& channel);
  Channel* find(std::uint32_t ours);

  Transport& transport_;
  Transport::Side side_;
  std::string user_;
  Random random_;
  std::vector<Channel> channels_;
  bool wild_ = false, authenticated_ = false, heard_freed_memory_ = false;
};

}  // namespace peer
