#include "log/event.h"

#include "base/result.h"
#include "base/watchdog.h"
#include "log/text.h"

namespace pysshrp::log {
namespace {

/// Which fields a message already has in words, so that sinks without fields need not repeat them.
enum class Says {
  facts,   ///< the event's own fields
  client,  ///< also the user, source, method and key
  line     ///< everything: it is sshd's line, and log scanners match it to its end
};

using Fields = decltype(Record::fields);

/// One event in words.
struct Words {
  Level level;
  std::string_view id;
  Says says;
  std::string message;
  Fields facts{};  ///< that the message has in words
  Fields extra{};  ///< that it has not
};

std::string sentence(const std::string& text) {
  return printable(text, kMaxSentence);
}

Fields reason_field(std::string reason) {
  return {{"PYSSHRP_REASON", std::move(reason)}};
}

std::string seconds(std::chrono::milliseconds duration) {
  const std::string ms = std::to_string(duration.count() % 1000);
  return std::to_string(duration.count() / 1000) + '.' + std::string(3 - ms.size(), '0') + ms;
}

/// `Context` with all its texts printable.
Context escaped(Context context) {
  for (std::string* text : {&context.peer, &context.user, &context.server, &context.upstream, &context.upstream_address,
                            &context.upstream_user, &context.method, &context.key})
    *text = printable(*text, kMaxName);
  if (auto& certificate = context.certificate)
    for (std::string* text : {&certificate->id, &certificate->authority}) *text = printable(*text, kMaxName);
  return context;
}

std::string source(const Context& c) {
  return c.peer + " port " + std::to_string(c.port);
}

/// One word without colons, so that log scanners find the right address even if a name contains
/// ` from 192.0.2.1 port 1 ssh2: `.
std::string word(std::string_view text) {
  std::string out;
  for (const char ch : text) out += ch == ' ' ? "\\040" : ch == ':' ? "\\072" : std::string{ch};
  return out;
}

std::string user(const Context& c) {
  return word(c.user);
}

std::string user_phrase(const Context& c) {
  return (c.invalid_user ? "invalid user " : "") + user(c);
}

/// The peer in sshd's words for before the login: `authenticating user alice 192.0.2.1 port 40000`.
std::string unauthenticated_peer(const Context& c) {
  if (c.user.empty()) return source(c);
  return (c.invalid_user ? "" : "authenticating user ") + user_phrase(c) + ' ' + source(c);
}

/// ` ID alice@laptop (serial 7) CA ED25519 SHA256:...`, in sshd's words; the id as one word, as the user.
std::string certificate_phrase(const Context& c) {
  if (!c.certificate) return {};
  return " ID " + word(c.certificate->id) + " (serial " + std::to_string(c.certificate->serial) + ") CA " +
         c.certificate->authority;
}

/// `Failed password for invalid user alice from 192.0.2.1 port 40000 ssh2`
std::string attempt(std::string_view verdict, const Context& c) {
  const std::string key = c.method == "publickey" && !c.key.empty() ? ": " + c.key : "";
  return std::string{verdict} + ' ' + c.method + " for " + user_phrase(c) + " from " + source(c) + " ssh2" + key +
         (key.empty() ? "" : certificate_phrase(c));
}

/// sshd's line for a disconnect reason, and the reason in a few words.
std::pair<std::string, std::string> describe(const DisconnectReason& reason, const Context& c) {
  using Pair = std::pair<std::string, std::string>;
  static const std::string kPreauth = " [preauth]";
  return std::visit(
      Cases{
          [&](const ClientClosed&) {
            return Pair{"Connection closed by " + unauthenticated_peer(c) + kPreauth, "client closed the connection"};
          },
          [&](const ClientDisconnected& e) {
            return Pair{"Received disconnect from " + source(c) + ':' + sentence(e.text) + kPreauth,
                        "client disconnected"};
          },
          [&](const GraceTimeOver&) {
            return Pair{"Timeout before authentication for " + source(c), "login grace time is over"};
          },
          [&](const TooManyTries&) {
            return Pair{"maximum authentication attempts exceeded for " + user_phrase(c) + " from " + source(c) +
                            " ssh2" + kPreauth,
                        "too many authentication failures"};
          },
          [&](const PastMaxStartups& e) {
            const std::string bound = printable(e.bound, kMaxName);
            return Pair{"drop connection #" + std::to_string(e.startups) + " from [" + c.peer +
                            "]:" + std::to_string(c.port) + " on " + printable(e.on, kMaxName) + " past " + bound,
                        "past " + bound};
          },
          [&](const NotNegotiated& e) {
            return Pair{"Unable to negotiate with " + source(c) + ": " + sentence(e.what) + kPreauth,
                        "no common algorithm"};
          },
          [&](const Broken& e) {
            return Pair{"Connection from " + unauthenticated_peer(c) + ": " + sentence(e.what) + kPreauth,
                        sentence(e.what)};
          },
      },
      reason);
}

Words words_for(Level level, std::string_view id, const DisconnectReason& reason, const Context& c) {
  auto [message, short_reason] = describe(reason, c);
  return {level, id, Says::line, std::move(message), reason_field(std::move(short_reason))};
}

Words words_for(const UserRefused& e, const Context& c) {
  static constexpr std::string_view kId = "681c3e13374849a2911cbd7eae93ce76";
  const std::string reason = sentence(e.reason);
  if (c.invalid_user)
    return {Level::info, kId, Says::line, "Invalid user " + user(c) + " from " + source(c), reason_field(reason)};
  return {Level::info, kId, Says::client, "User " + user(c) + " from " + source(c) + " not allowed because " + reason,
          reason_field(reason)};
}

/// A path in quotes, with quotes in it escaped. Short enough for two of them and the context in one line.
std::string quoted_path(const std::string& path) {
  return '"' + printable(path, kMaxSentence, "\"") + '"';
}

/// As sftp-server names a request: `remove name "/a"`, `rename old "/a" new "/b"`.
std::string request(const std::string& operation, const std::string& path, const std::string& second_path) {
  const std::string verb = printable(operation, kMaxName, " ");
  if (second_path.empty()) return verb + " name " + quoted_path(path);
  return verb + " old " + quoted_path(path) + " new " + quoted_path(second_path);
}

Fields operation_fields(const std::string& operation, const std::string& path, const std::string& second_path) {
  return {{"PYSSHRP_OPERATION", printable(operation, kMaxName)},
          {"PYSSHRP_PATH", printable(path, kMaxPath)},
          {"PYSSHRP_SECOND_PATH", printable(second_path, kMaxPath)}};
}

/// sftp-server's line; `forced close` is its word for a file that was still open at the end.
Words words_for(const FileClosed& e) {
  const std::string read = std::to_string(e.bytes_read), written = std::to_string(e.bytes_written);
  Words words{
      Level::info,
      "0bc5d03e34f64ed6809f0ac542b078f2",
      Says::facts,
      (e.still_open ? "forced close " : "close ") + quoted_path(e.path) + " bytes read " + read + " written " + written,
      operation_fields("close", e.path, ""),
      {{"PYSSHRP_DURATION", seconds(e.duration)}}};
  words.facts.emplace_back("PYSSHRP_BYTES_READ", read);
  words.facts.emplace_back("PYSSHRP_BYTES_WRITTEN", written);
  words.facts.emplace_back("PYSSHRP_REASON", e.still_open ? "still open when the session ended" : "");
  return words;
}

Words words_for(const FileOperation& e) {
  const std::string status = sentence(e.status);
  Words words{Level::info, "a9ff96bc722e4a53859e6e80d133f2d3", Says::facts,
              request(e.operation, e.path, e.second_path) + ": " + status,
              operation_fields(e.operation, e.path, e.second_path)};
  words.facts.emplace_back("PYSSHRP_STATUS", status);
  return words;
}

Words words_for(const FileDenied& e) {
  const std::string reason = sentence(e.reason);
  Words words{Level::notice, "0896f9e298034d418e95b0e3b4a73bf9", Says::facts,
              "Refused " + request(e.operation, e.path, e.second_path) + ": " + reason,
              operation_fields(e.operation, e.path, e.second_path)};
  words.facts.emplace_back("PYSSHRP_REASON", reason);
  return words;
}

Words words_for(const DenialsLeftOut& e) {
  const std::string count = std::to_string(e.count);
  return {Level::notice,
          "61fbf82579ac4068b6f7bc892d33f982",
          Says::facts,
          "Refused " + count + (e.count == 1 ? " more request" : " more requests") + ", too many for a record of each",
          {{"PYSSHRP_COUNT", count}}};
}

Words words_for(const RecordsLost& e) {
  const std::string count = std::to_string(e.count);
  return {Level::warning,
          "6e5403acab544369a24c7c1e6adf0858",
          Says::facts,
          "Lost " + count + (e.count == 1 ? " record" : " records") + " before this one: the log did not take them",
          {{"PYSSHRP_COUNT", count}}};
}

Words with_reason(Level level, std::string_view id, const char* what, const std::string& why) {
  const std::string reason = sentence(why);
  return Words{level, id, Says::facts, what + reason, reason_field(reason)};
}

/// The table of events, for those that are not above. The message IDs never change, because catalogs and queries refer
/// to them.

Words words_for(const ConfigFaulty& e) {
  return Words{Level::error, "cee88c111c27494f928e9723aa868d9f", Says::facts,
               "Configuration fault: " + sentence(e.fault)};
}

Words words_for(const HandshakeFailed& e, const Context& c) {
  return words_for(Level::info, "6c00545260f040b98292cf558710d15f", e.how, c);
}

Words words_for(const LoginFailed&, const Context& c) {
  return Words{Level::notice, "fcfdd69428ce400d8303e8362f5befed", Says::client, attempt("Failed", c)};
}

Words words_for(const LoginEnded& e, const Context& c) {
  return words_for(Level::notice, "0840a5da17294a8c8a81b138d2091a3c", e.how, c);
}

Words words_for(const LoginAccepted&, const Context& c) {
  return Words{Level::info, "2148e71237e94fbd87a732dc3e7fec0a", Says::client, attempt("Accepted", c)};
}

Words words_for(const LoginPartial&, const Context& c) {
  return Words{Level::info, "b6dcb86c642b4cdbb0c573df71699be8", Says::client, attempt("Partial", c)};
}

Words words_for(const KeyNoted& e) {
  return Words{Level::info, "8afd3098147e4d7a90fd88c7ab89db73", Says::facts, sentence(e.what)};
}

Words words_for(const UpstreamFailed& e) {
  return with_reason(Level::error, "f66d6a4b11ae4842b33d417a600c2a50", "Upstream failed: ", e.reason);
}

Words words_for(const UpstreamPassedOver& e) {
  return with_reason(Level::warning, "a488b0e70c774ee2a5cd89218c35623a", "Upstream passed over: ", e.what);
}

Words words_for(const HostKeyRecorded& e) {
  return Words{Level::notice, "6052ae8ef7414419abbb720fbbe93822", Says::facts,
               "New upstream host key " + sentence(e.fingerprint) + " recorded in " + sentence(e.file)};
}

Words words_for(const Denied& e) {
  return Words{Level::notice, "149c49e341eb47709217977279d21e05", Says::facts, "Not allowed here: " + sentence(e.what)};
}

Words words_for(const NotOpened& e) {
  const std::string reason = sentence(e.why);
  return Words{Level::info, "ca1f75b3f2c54231a9a258466d890060", Says::facts,
               "Not opened: " + sentence(e.what) + ": " + reason, reason_field(reason)};
}

Words words_for(const SftpEnded& e) {
  return with_reason(Level::error, "4adb122bafbc4a3ab8fbd1285908bf1c", "SFTP channel ended: ", e.reason);
}

Words words_for(const Closed& e) {
  const std::string reason = sentence(e.reason);
  return Words{Level::info,
               "ac0f853e08234b89bdf945972940e057",
               Says::facts,
               "Session closed: " + reason,
               reason_field(reason),
               {{"PYSSHRP_BYTES_UP", std::to_string(e.bytes_up)},
                {"PYSSHRP_BYTES_DOWN", std::to_string(e.bytes_down)},
                {"PYSSHRP_DURATION", seconds(e.duration)}}};
}

Words words_for(const Stuck&) {
  return Words{
      Level::error, "3f9d7c1e5b0846a2b8e4d6a17c92f05d", Says::facts,
      "Ended by the watchdog: " + std::to_string(watchdog::kMaxCpuSeconds) + " s of processor time without a pause"};
}

Words words_for(const Internal& e) {
  return Words{e.level, "db2f6227c8e34a97a52521aa38bdb22b", Says::facts, sentence(e.text)};
}

Words words_of(const Event& event, const Context& c) {
  return std::visit(
      [&](const auto& e) {
        if constexpr (requires { words_for(e, c); })
          return words_for(e, c);
        else
          return words_for(e);
      },
      event);
}

/// Whether a host with its port is that very address.
bool is_host_of(const std::string& upstream, const std::string& address) {
  const bool v6 = address.find(':') != address.npos;
  return upstream.starts_with((v6 ? '[' + address + ']' : address) + ':');
}

}  // namespace

Record describe(const Event& event, const Context& context) {
  const Context c = escaped(context);
  Words words = words_of(event, c);
  Record record{words.level, words.id, std::move(words.message), {}, 0};
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) record.fields.emplace_back(name, std::move(value));
  };
  if (c.unverified && words.says != Says::line) record.message += ": upstream host key not verified";
  // Fields that the message has in words come first, see Record::fields_in_message.
  add("PYSSHRP_UNVERIFIED", c.unverified ? "yes" : "");
  for (auto& [name, value] : words.facts) add(name, std::move(value));
  if (words.says == Says::facts) record.fields_in_message = record.fields.size();
  add("PYSSHRP_USER", c.user);
  add("PYSSHRP_PEER", c.peer);
  add("PYSSHRP_PORT", std::to_string(c.port));
  add("PYSSHRP_METHOD", c.method);
  add("PYSSHRP_KEY", c.method == "publickey" ? c.key : "");
  if (c.method == "publickey" && c.certificate) {
    add("PYSSHRP_CERTIFICATE_ID", c.certificate->id);
    add("PYSSHRP_CERTIFICATE_SERIAL", std::to_string(c.certificate->serial));
    add("PYSSHRP_CERTIFICATE_CA", c.certificate->authority);
  }
  if (words.says == Says::client) record.fields_in_message = record.fields.size();
  add("PYSSHRP_SERVER", c.server);
  add("PYSSHRP_UPSTREAM", c.upstream);
  add("PYSSHRP_UPSTREAM_ADDRESS", is_host_of(c.upstream, c.upstream_address) ? "" : c.upstream_address);
  add("PYSSHRP_UPSTREAM_USER", c.upstream_user);
  for (auto& [name, value] : words.extra) add(name, std::move(value));
  if (words.says == Says::line) record.fields_in_message = record.fields.size();
  return record;
}

}  // namespace pysshrp::log
