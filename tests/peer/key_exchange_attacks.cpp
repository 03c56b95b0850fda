#include "attacks.h"

namespace peer {

namespace {

// A handler waits ten seconds for a key exchange that stops halfway, and for the login behind one a minute in these
// tests.
constexpr unsigned kAtOnce = 8, kInTime = 40;

struct Extra {
  const char* name;
  std::string message;
};
struct Place {
  const char* name;
  std::uint8_t client, upstream;
  bool after;
};

std::string of(Mode mode, const std::string& what) {
  return what + (mode == Mode::upstream ? " of the upstream" : "");
}

/// The same without what is wrong, by a client that then logs in.
void add_control(std::vector<Attack>& all, Attack attack, const char* name) {
  attack.name = of(attack.mode, name);
  if (attack.mode == Mode::login) attack.mode = Mode::session;
  attack.must = Must::serve;
  attack.seconds = kInTime;
  all.push_back(attack);
}

/// With strict key exchange (OpenSSH's PROTOCOL, 1.10) nothing else may come before or within the first one.
void add_strict(std::vector<Attack>& all, Mode mode) {
  const Extra extras[] = {{"IGNORE", Message(kIgnore).text("x").bytes},
                          {"DEBUG", Message(kDebug).flag(true).text("x").text("").bytes},
                          {"UNIMPLEMENTED", Message(kUnimplemented).number(0).bytes},
                          {"an unknown message", Message(200).text("x").bytes},
                          {"SERVICE_REQUEST", Message(kServiceRequest).text("ssh-userauth").bytes},
                          {"a global request", Message(kGlobalRequest).text("x").flag(false).bytes}};
  const Place places[] = {{"before KEXINIT", kKexInit, kKexInit, false},
                          {"behind KEXINIT", kKexInit, kKexInit, true},
                          {"before the public key", kEcdhInit, kEcdhReply, false},
                          {"behind the public key", kEcdhInit, kEcdhReply, true},
                          {"before NEWKEYS", kNewKeys, kNewKeys, false}};
  Attack attack;
  attack.mode = mode;
  attack.flaw.strict = true;
  attack.seconds = kAtOnce;
  add_control(all, attack, "strict key exchange, nothing else in it");
  attack.must = Must::end;
  for (const Place& place : places) {
    for (const Extra& extra : extras) {
      attack.name = of(mode, std::string("strict key exchange, ") + extra.name + " " + place.name);
      attack.flaw.at = mode == Mode::upstream ? place.upstream : place.client;
      attack.flaw.before = place.after ? "" : extra.message;
      attack.flaw.after = place.after ? extra.message : "";
      all.push_back(attack);
    }
  }
}

std::string keys_are_exchanged_with_zlib(std::uint64_t, Peer& peer) {
  peer.transport().offer_compression("zlib");
  peer.transport().exchange_keys();
  return Message(kIgnore).text("").bytes;
}

/// Who compresses makes 250 KiB of a few bytes.
void add_compression(std::vector<Attack>& all, Mode mode) {
  Attack attack;
  attack.mode = mode;
  attack.must = Must::end;
  attack.seconds = kAtOnce;
  for (const char* offered : {"zlib", "zlib@openssh.com", "zlib,zlib@openssh.com", ""}) {
    attack.name = of(mode, std::string("compression '") + offered + "' alone");
    attack.flaw.compression = offered;
    all.push_back(attack);
  }
  attack.flaw.compression = "zlib@openssh.com,zlib,none";
  add_control(all, attack, "compression or none");
}

/// Who stops in the middle, or gets no further than a byte in a second.
void add_stops(std::vector<Attack>& all, Mode mode) {
  const bool upstream = mode == Mode::upstream;
  const std::uint8_t key = upstream ? kEcdhReply : kEcdhInit;
  struct Stop {
    const char* name;
    std::uint8_t at;
    std::size_t cut;
  };
  const Stop stops[] = {{"nothing is said", 0, 0},
                        {"the version line is cut off", 0, 5},
                        {"KEXINIT does not come", kKexInit, 0},
                        {"KEXINIT is cut off in its length", kKexInit, 3},
                        {"KEXINIT is cut off", kKexInit, 100},
                        {"the public key does not come", key, 0},
                        {"the public key is cut off", key, 20},
                        {"NEWKEYS does not come", kNewKeys, 0},
                        {"NEWKEYS is cut off", kNewKeys, 9}};
  for (const Stop& stop : stops) {
    for (const bool drips : {false, true}) {
      if (drips && (stop.cut == 0 || stop.at == kNewKeys)) continue;
      Attack attack;
      attack.name = of(mode, stop.name) + (drips ? ", the rest drips" : "");
      attack.mode = mode;
      attack.must = Must::end;
      attack.seconds = kInTime;
      attack.flaw.at = stop.at;
      attack.flaw.cut = stop.cut;
      attack.flaw.drips = drips;
      all.push_back(attack);
    }
  }
}

}  // namespace

const std::vector<Attack>& key_exchange_attacks() {
  static const std::vector<Attack> kAttacks = [] {
    std::vector<Attack> all;
    for (const Mode mode : {Mode::login, Mode::upstream}) {
      add_strict(all, mode);
      add_compression(all, mode);
    }
    Attack later{"compression alone in a later key exchange", Mode::session, 0, 1, false, keys_are_exchanged_with_zlib};
    later.must = Must::end;
    later.seconds = kAtOnce;
    all.push_back(later);
    later.name = of(later.mode = Mode::upstream, later.name);
    all.push_back(later);
    return all;
  }();
  return kAttacks;
}

const std::vector<Attack>& patient_attacks() {
  static const std::vector<Attack> kAttacks = [] {
    std::vector<Attack> all;
    for (const Mode mode : {Mode::login, Mode::upstream}) add_stops(all, mode);
    return all;
  }();
  return kAttacks;
}

}  // namespace peer
