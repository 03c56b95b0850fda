#include "sftp/server_options.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"

namespace pysshrp::sftp {
namespace {

constexpr std::string_view kInternal = "internal-sftp", kBlank = " ";

Error refused(char option, std::string_view why) {
  return {"internal-sftp's option -" + std::string{option} + ' ' + std::string{why}};
}

/// Splits the command at blanks, as sshd does, without quotes.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(kBlank); at != text.npos; at = text.find_first_not_of(kBlank, at)) {
    const auto end = std::min(text.find(kBlank, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

template <std::size_t N>
bool is_one_of(std::string_view value, const std::string_view (&names)[N]) {
  return std::ranges::any_of(names,
                             [&](std::string_view name) { return std::ranges::equal(value, name, {}, lower, lower); });
}

Result<std::vector<std::string>> request_names(char option, std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= list.size();) {
    const auto comma = std::min(list.find(',', at), list.size());
    const auto name = list.substr(at, comma - at);
    if (!is_request_name(name)) return refused(option, "names a request that is not known here");
    names.emplace_back(name);
    at = comma + 1;
  }
  return names;
}

// What each option does. Options that are not in the table are refused: -u, because the upstream's umask would be added
// to it, and -c, -h and -Q, which do not serve SFTP.
Status set_read_only(ServerOptions& options, std::string_view) {
  options.read_only = true;
  return {};
}

Status set_allowed(ServerOptions& options, std::string_view list) {
  if (options.allowed) return refused('p', "stands there twice");
  options.allowed = PYSSHRP_TRY(request_names('p', list));
  return {};
}

Status set_denied(ServerOptions& options, std::string_view list) {
  if (!options.denied.empty()) return refused('P', "stands there twice");
  options.denied = PYSSHRP_TRY(request_names('P', list));
  return {};
}

/// %d may be used at the beginning only, because the login directory is not known here.
Status set_directory(ServerOptions& options, std::string_view directory) {
  constexpr std::string_view kHome = "%d";
  if (directory.empty()) return refused('d', "has no directory");
  for (auto at = directory.find('%'); at != directory.npos; at = directory.find('%', at + 2)) {
    const auto token = directory.substr(at, 2);
    const bool is_home = token == kHome && at == 0 && (directory.size() == 2 || directory[2] == '/');
    if (!is_home && token != "%%" && token != "%u") return refused('d', "has a token that is not honoured here");
  }
  options.directory = directory;
  return {};
}

/// Options about the server's log restrict nothing, so they are checked and ignored. The proxy writes its own records.
Status check_level(ServerOptions&, std::string_view level) {
  static constexpr std::string_view kLevels[] = {"QUIET", "FATAL",  "ERROR",  "INFO",  "VERBOSE",
                                                 "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3"};
  return is_one_of(level, kLevels) ? Status{} : refused('l', "has no log level");
}

Status check_facility(ServerOptions&, std::string_view facility) {
  static constexpr std::string_view kFacilities[] = {"DAEMON", "USER",   "AUTH",   "AUTHPRIV", "LOCAL0", "LOCAL1",
                                                     "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5",   "LOCAL6", "LOCAL7"};
  return is_one_of(facility, kFacilities) ? Status{} : refused('f', "has no log facility");
}

Status do_nothing(ServerOptions&, std::string_view) {
  return {};
}

struct Option {
  char name;
  bool has_value;
  Status (*set)(ServerOptions&, std::string_view value);
};
constexpr Option kOptions[] = {
    {'R', false, set_read_only}, {'p', true, set_allowed}, {'P', true, set_denied},     {'d', true, set_directory},
    {'e', false, do_nothing},    {'l', true, check_level}, {'f', true, check_facility},
};

/// Parses one word of flags, and the next word if it is a flag's value.
Status read_word(ServerOptions& options, std::string_view word, std::span<const std::string_view>& rest) {
  for (word.remove_prefix(1); !word.empty();) {
    const char name = word.front();
    word.remove_prefix(1);
    const auto* option = std::ranges::find(kOptions, name, &Option::name);
    if (option == std::end(kOptions)) return refused(name, "is not honoured here");
    if (!option->has_value) {
      PYSSHRP_TRY(option->set(options, {}));
      continue;
    }
    if (word.empty() && rest.empty()) return refused(name, "has no value");
    const auto value = word.empty() ? rest.front() : word;
    if (word.empty()) rest = rest.subspan(1);
    return option->set(options, value);
  }
  return {};
}

}  // namespace

bool ServerOptions::permits(const Rule& rule) const {
  const auto has = [&](const std::vector<std::string>& names) {
    return std::ranges::find(names, rule.name) != names.end();
  };
  return !has(denied) && (!allowed || has(*allowed));
}

std::string ServerOptions::start_directory(std::string_view account) const {
  std::string out;
  std::string_view left = directory;
  if (left.starts_with("%d")) left.remove_prefix(std::min<std::size_t>(left.size(), 3));
  while (!left.empty()) {
    const bool is_token = left.front() == '%';
    if (is_token && left[1] == 'u')
      out += account;
    else
      out += left.front();
    left.remove_prefix(is_token ? 2 : 1);
  }
  return out;
}

bool is_internal_sftp(std::string_view command) noexcept {
  if (!command.starts_with(kInternal)) return false;
  command.remove_prefix(kInternal.size());
  return command.empty() || command.front() == ' ' || command.front() == '\t';
}

Result<ServerOptions> parse_server_options(std::string_view command) {
  if (command.find_first_of("\t\r\n") != command.npos) return Error{"internal-sftp has a control character behind it"};
  ServerOptions options;
  const auto words = words_of(command);
  for (auto rest = std::span{words}.subspan(1); !rest.empty();) {
    const auto word = rest.front();
    rest = rest.subspan(1);
    if (word.size() < 2 || !word.starts_with('-') || word == "--")
      return Error{"internal-sftp has an argument that is no option"};
    PYSSHRP_TRY(read_word(options, word, rest));
  }
  return options;
}

}  // namespace pysshrp::sftp
