#include "options.h"

#include <getopt.h>

#include <array>
#include <string_view>

namespace pysshrp {
namespace {

using Mode = Options::Mode;

struct Option {
  const char* name;
  const char* argument;  ///< what to call it; null: the option takes none
  std::string_view help;
  Status (*take)(Options&, const char* argument);
};

template <Mode M>
Status choose(Options& options, const char* argument) {
  if (options.mode != Mode::serve && options.mode != M)
    return Error{"only one of --check, --explain, --probe, --version and --help at a time; see --help"};
  options.mode = M;
  if (argument != nullptr) options.who = argument;
  return {};
}

Status set_config(Options& options, const char* argument) {
  if (*argument == '\0') return Error{"option --config needs the name of a file; see --help"};
  options.config = argument;
  return {};
}

Status set_allow_root(Options& options, const char*) {
  options.allow_root = true;
  return {};
}

Status set_allow_no_seccomp(Options& options, const char*) {
  options.allow_no_seccomp = true;
  return {};
}

constexpr std::array kOptions{
    Option{"config", "FILE", "the configuration (/etc/pysshrp/pysshrp.ini)", set_config},
    Option{"check", nullptr, "report every fault of the configuration", choose<Mode::check>},
    Option{"explain", "USER[@SOURCE]", "show where USER is sent, coming from the address SOURCE",
           choose<Mode::explain>},
    Option{"probe", "USER[@SOURCE]", "the same, and ask the servers there for keys and methods", choose<Mode::probe>},
    Option{"allow-root", nullptr, "serve even when started as root", set_allow_root},
    Option{"allow-no-seccomp", nullptr, "serve even where the kernel cannot filter system calls", set_allow_no_seccomp},
    Option{"version", nullptr, "print the versions of the program and its libraries", choose<Mode::version>},
    Option{"help", nullptr, "print this", choose<Mode::help>},
};

/// kOptions for getopt_long(3), which returns the index.
std::array<option, kOptions.size() + 1> for_getopt() {
  std::array<option, kOptions.size() + 1> out{};
  for (std::size_t i = 0; i < kOptions.size(); ++i)
    out[i] = {kOptions[i].name, kOptions[i].argument ? required_argument : no_argument, nullptr, static_cast<int>(i)};
  return out;
}

/// `what` getopt_long(3) did not understand, in words. `index` is ':' or '?'.
Error misunderstood(int index, const char* what) {
  if (index != ':')
    return {"option '" + std::string{what} + "' is not known, or is given a value it does not take; see --help"};
  const std::string_view name{kOptions[static_cast<std::size_t>(optopt)].name};
  return {"option --" + std::string{name} + " needs a value: " + kOptions[static_cast<std::size_t>(optopt)].argument +
          "; see --help"};
}

}  // namespace

Result<Options> parse_options(int argc, char** argv) {
  const auto known = for_getopt();
  Options options;
  optind = 0;  // glibc: start afresh
  for (;;) {
    const int now = optind == 0 ? 1 : optind;  // the word looked at next: options come first (+), no short ones (:)
    const int index = getopt_long(argc, argv, "+:", known.data(), nullptr);
    if (index == -1) break;
    if (index == ':' || index == '?') return misunderstood(index, argv[now]);
    PYSSHRP_TRY(kOptions[static_cast<std::size_t>(index)].take(options, optarg));
  }
  if (optind < argc) return Error{"'" + std::string{argv[optind]} + "' is not an option; see --help"};
  return options;
}

std::string usage() {
  std::string out =
      "usage: pysshrp-handler [--config FILE] [--allow-root] [--allow-no-seccomp]\n"
      "       pysshrp-handler [--config FILE] --check\n"
      "       pysshrp-handler [--config FILE] --explain | --probe USER[@SOURCE]\n"
      "       pysshrp-handler --version | --help\n\n"
      "Serves one SSH client: its connected socket is expected as standard input, from a systemd\n"
      "socket with Accept=yes or from inetd. pysshrp-handler(8) tells more.\n\n";
  for (const Option& option : kOptions) {
    std::string left = "  --" + std::string{option.name} + (option.argument ? ' ' + std::string{option.argument} : "");
    left.resize(27, ' ');
    out += left + ' ' + std::string{option.help} + '\n';
  }
  return out;
}

}  // namespace pysshrp
