// Any text as an authorized_keys file, in which `$` stands for the key that is offered; the same bytes as the list of a
// from= and as base64.
#include <cstdint>
#include <string>

#include "auth/authorized_keys.h"
#include "auth/key_blob.h"
#include "auth/key_conditions.h"
#include "base/base64.h"
#include "safe.h"

using namespace pysshrp;
using fuzz::require;

namespace {

constexpr std::string_view kBase64 = "AAAAC3NzaC1lZDI1NTE5AAAAIGayKYNWcEN7a5u5TdaGdIfLKuiG/giu7oaWATqWXL8u";
constexpr std::string_view kOptions[] = {
    "",
    "command",
    "from",
    "expiry-time",
    "pty",
    "no-pty",
    "port-forwarding",
    "agent-forwarding",
    "x11-forwarding",
    "user-rc",
    "no-user-rc",
    "restrict",
    "no-port-forwarding",
    "no-x11-forwarding",
    "no-agent-forwarding",
    "principals",
};

std::string without(std::string_view text, std::string_view unwanted) {
  std::string out;
  for (const char c : text)
    if (unwanted.find(c) == unwanted.npos) out += c;
  return out;
}

std::string with_key(std::string_view text) {
  std::string out;
  for (const char c : text) c == '$' ? out.append("ssh-ed25519 ").append(kBase64) : out.append(1, c);
  return out;
}

std::string line_of(std::string_view file, std::size_t number) {
  while (--number > 0) file.remove_prefix(file.find('\n') + 1);
  return std::string{file.substr(0, file.find('\n'))};
}

auth::KeyLookupResult look_up(std::string_view file) {
  const std::chrono::sys_seconds now{std::chrono::seconds{1'785'585'600}};
  return auth::look_up_key(file, {"ssh-ed25519", kBase64, Address::v4(0xc0000207), now});
}

/// Which names stand outside the quotes, and which one said the last word about a terminal.
void require_known_options(std::string_view options, const auth::KeyRights& rights) {
  bool quoted = false, in_name = true, pty = true;
  std::string name;
  for (std::size_t i = 0; i <= options.size(); ++i) {
    const char c = i < options.size() ? options[i] : ',';
    if (c == '"' && (i == 0 || options[i - 1] != '\\')) quoted = !quoted;
    if (quoted) continue;
    if (c == '=') in_name = false;
    if (c == ',') {
      require(std::find(std::begin(kOptions), std::end(kOptions), name) != std::end(kOptions));
      if (name == "pty" || name == "no-pty" || name == "restrict") pty = name == "pty";
      name.clear();
    }
    if (in_name && c != ',') name += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    if (c == ',') in_name = true;
  }
  require(rights.pty == pty);
}

void require_earned(const std::string& line, const auth::KeyRights& rights) {
  const std::string packed = without(line, "\r\v\f");
  const auto key = packed.rfind(kBase64);
  require(key != packed.npos && packed.find_first_not_of(" \t") != packed.find('#'));
  const auto start = line.find_first_not_of(" \t");
  const auto type = line.find("ssh-ed25519", start);
  // A quoted value may hold the type as well; such lines are left to the rest.
  if (type == line.rfind("ssh-ed25519")) {
    const auto options = line.substr(start, type - start);
    const auto end = options.find_last_not_of(" \t");
    require_known_options(end == options.npos ? "" : options.substr(0, end + 1), rights);
  }
  for (const std::string option : {"x", "cert-authority", "environment=\"A=b\"", "from=\"203.0.113.1\"",
                                   "from=\"*,!192.0.2.7\"", "expiry-time=\"20200101Z\""})
    for (const char* const joint : {",", " "}) require(!look_up(option + joint + line.substr(start)).rights);
}

void try_file(const std::string& file) {
  const auto verdict = look_up(file);
  require(verdict.notes.size() <= 8);
  for (const auto& note : verdict.notes) require(note.starts_with("line ") && note.size() < 200);
  require(verdict.rights.has_value() == (verdict.line != 0));
  if (!verdict.rights) return;
  require_earned(line_of(file, verdict.line), *verdict.rights);
  require(look_up("\n" + file).line == verdict.line + 1);
}

void try_from(const std::string& list) {
  const auto address = Address::v4(0xc0000207);
  const auto admitted = auth::from_admits(list, address);
  if (!admitted || !*admitted) return;
  for (const auto* const keeps_out : {"192.0.2.7", "192.0.2.0/24", "*", "192.?.2.*"})
    for (const auto& narrowed : {list + ",!" + keeps_out, std::string{"!"} + keeps_out + ',' + list}) {
      const auto still = auth::from_admits(narrowed, address);
      require(still && !*still);
    }
}

/// What is decoded is what encodes to the text: no two texts for one blob.
void try_base64(std::string_view text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto blob = decode_base64(text);
  if (!blob) return;
  std::string encoded;
  for (std::size_t i = 0; i < blob->size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = i; k < i + 3; ++k)
      bits = bits << 8 | (k < blob->size() ? static_cast<std::uint8_t>((*blob)[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) encoded += i + k <= blob->size() ? kDigits[bits >> (18 - 6 * k) & 63] : '=';
  }
  require(encoded == without(text, " \t\n\v\f\r"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  try_file(with_key(text));
  try_from(text);
  try_base64(text);
  for (const auto* const type : {"ssh-rsa", "ssh-ed25519"})
    require(!auth::check_verifiable(type, text, 2048) || without(text, " \t\n\v\f\r").size() > 24);
  return 0;
}
