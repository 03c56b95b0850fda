#include "options.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace pysshrp {
namespace {

Result<Options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "pysshrp-handler");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return parse_options(static_cast<int>(words.size()), argv.data());
}

TEST(Options, ServesWithoutAny) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mode, Options::Mode::serve);
  EXPECT_EQ(options->config, "/etc/pysshrp/pysshrp.ini");
  EXPECT_FALSE(options->allow_root);
  EXPECT_FALSE(options->allow_no_seccomp);
}

TEST(Options, AreTakenInBothSpellings) {
  for (const auto& words :
       {std::vector<std::string>{"--config", "a.ini", "--explain", "alice@192.0.2.1", "--allow-root"},
        std::vector<std::string>{"--allow-root", "--explain=alice@192.0.2.1", "--config=a.ini"}}) {
    const auto options = parse(words);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->mode, Options::Mode::explain);
    EXPECT_EQ(options->who, "alice@192.0.2.1");
    EXPECT_EQ(options->config, "a.ini");
    EXPECT_TRUE(options->allow_root);
  }
}

TEST(Options, ChooseTheMode) {
  EXPECT_EQ(parse({"--check"})->mode, Options::Mode::check);
  EXPECT_EQ(parse({"--probe", "alice"})->mode, Options::Mode::probe);
  EXPECT_EQ(parse({"--version"})->mode, Options::Mode::version);
  EXPECT_EQ(parse({"--help"})->mode, Options::Mode::help);
}

struct Wrong {
  std::vector<std::string> words;
  std::string said;
};

TEST(Options, TellWhatIsWrong) {
  for (const auto& [words, said] : {
           Wrong{{"--chek"}, "'--chek' is not known"},
           Wrong{{"--check", "--verbose"}, "'--verbose' is not known"},
           Wrong{{"-c"}, "'-c' is not known"},
           Wrong{{"--check=yes"}, "'--check=yes' is not known, or is given a value"},
           Wrong{{"--allow-no-seccomp", "--config"}, "--config needs a value: FILE"},
           Wrong{{"--config", ""}, "--config needs the name of a file"},
           Wrong{{"--explain"}, "--explain needs a value: USER[@SOURCE]"},
           Wrong{{"--check", "--explain", "alice"}, "only one of"},
           Wrong{{"--probe", "alice", "--explain", "alice"}, "only one of"},
           Wrong{{"--probe"}, "--probe needs a value: USER[@SOURCE]"},
           Wrong{{"--check", "pysshrp.ini"}, "'pysshrp.ini' is not an option"},
           Wrong{{"pysshrp.ini", "--check"}, "'pysshrp.ini' is not an option"},
           Wrong{{"--", "--check"}, "'--check' is not an option"},
       }) {
    const auto options = parse(words);
    ASSERT_FALSE(options) << said;
    EXPECT_NE(options.error().what.find(said), std::string::npos) << options.error().what;
    EXPECT_NE(options.error().what.find("see --help"), std::string::npos) << options.error().what;
  }
}

/// The words after `mark` in the lines that begin with it.
std::set<std::string> words_after(const std::string& mark, std::istream&& text) {
  std::set<std::string> out;
  for (std::string line; std::getline(text, line);)
    if (line.rfind(mark, 0) == 0) out.insert(line.substr(mark.size(), line.find(' ', mark.size()) - mark.size()));
  return out;
}

TEST(Options, AreThoseOfTheManPage) {
  const auto documented = words_after(".It Fl -", std::ifstream{PYSSHRP_SOURCE_DIR "/handler/pysshrp-handler.8"});
  EXPECT_EQ(documented.size(), 8U);
  EXPECT_EQ(documented, words_after("  --", std::istringstream{usage()}));
}

}  // namespace
}  // namespace pysshrp
