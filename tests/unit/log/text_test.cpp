#include "log/text.h"

#include <gtest/gtest.h>

namespace pysshrp::log {
namespace {

using namespace std::string_literals;

std::string printable(std::string_view text) {
  return log::printable(text, 1000);
}

TEST(Printable, KeepsText) {
  for (const char* text : {"", "alice", "a b", "Jürgen", "日本", "🦀", "a=b \"c\" 'd'"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("a\nb"), "a\\012b");
  EXPECT_EQ(printable("a\r\n\t\x1b[31m\x7f"), "a\\015\\012\\011\\033[31m\\177");
  EXPECT_EQ(printable("a\0b"s), "a\\000b");
  EXPECT_EQ(printable("\xc2\x85"), "\\302\\205") << "next line, a C1 control";
}

TEST(Printable, EscapesWhatForgesOrHides) {
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\342\\200\\256") << "right-to-left override";
  EXPECT_EQ(printable("\xe2\x80\xa8"), "\\342\\200\\250") << "line separator";
  EXPECT_EQ(printable("\xe2\x80\x8b"), "\\342\\200\\213") << "zero width space";
  EXPECT_EQ(printable("\xf3\xa0\x81\x81"), "\\363\\240\\201\\201") << "tag letter";
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  EXPECT_EQ(printable("\xff"), "\\377");
  EXPECT_EQ(printable("\x80"), "\\200") << "continuation without a beginning";
  EXPECT_EQ(printable("\xc3"), "\\303") << "cut off";
  EXPECT_EQ(printable("\xc3x"), "\\303x") << "the letter is not eaten";
  EXPECT_EQ(printable("\xc0\xaf"), "\\300\\257") << "overlong";
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\340\\200\\257") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\355\\240\\200") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\364\\220\\200\\200") << "beyond Unicode";
}

TEST(Printable, EscapesWhatItIsToldTo) {
  EXPECT_EQ(log::printable("a \"b\"", kMaxName, "\" "), "a\\040\\042b\\042");
  EXPECT_EQ(log::printable("1234\"", 8, "\""), "1234\\042");
  EXPECT_EQ(log::printable("12345\"", 8, "\""), "12345...");
}

TEST(Printable, CannotBeImitated) {
  EXPECT_EQ(printable("\\012"), "\\\\012");
}

TEST(Printable, IsCutWholeCharactersOnly) {
  EXPECT_EQ(log::printable("12345678", 8), "12345678");
  EXPECT_EQ(log::printable("123456789", 8), "12345...");
  EXPECT_EQ(log::printable("1234\n6789", 8), "1234...") << "no half escape";
  EXPECT_EQ(log::printable("1234üüü", 8), "1234...") << "no half character";
  EXPECT_EQ(log::printable("1234\n", 8), "1234\\012");
}

Record record() {
  Record r;
  r.message = "Something";
  r.fields = {{"PYSSHRP_REASON", "said"}, {"PYSSHRP_USER", "alice"}, {"PYSSHRP_BYTES_UP", "7"}};
  return r;
}

TEST(Line, AddsWhatTheMessageDoesNotSay) {
  Record r = record();
  EXPECT_EQ(line(r), "Something reason=said user=alice bytes_up=7");
  r.fields_in_message = 2;
  EXPECT_EQ(line(r), "Something bytes_up=7");
  r.fields_in_message = 3;
  EXPECT_EQ(line(r), "Something");
}

TEST(Line, QuotesWhatWouldForgeAKey) {
  Record r = record();
  r.fields_in_message = 1;
  r.fields[1].second = "a user=\"root\"";
  EXPECT_EQ(line(r), "Something user=\"a user=\\042root\\042\" bytes_up=7");
}

TEST(Line, IsBounded) {
  Record r = record();
  r.message = "x" + std::string(kMaxLine, '\0');
  for (std::size_t i = 1; i + 1 < r.message.size(); i += 2) r.message.replace(i, 2, "ü");
  const std::string text = line(r);
  EXPECT_LE(text.size(), kMaxLine);
  EXPECT_EQ(log::printable(text, kMaxLine), text) << "no half character";
  EXPECT_EQ(text.substr(text.size() - 3), "...");
}

TEST(ForTerminal, LetsNothingMoveTheCursor) {
  EXPECT_EQ(for_terminal("a\nb: '\\d+' \u00fc\n", "\n"), "a\nb: '\\d+' \u00fc\n");
  EXPECT_EQ(for_terminal("a\nb"), "a\\012b");
  EXPECT_EQ(for_terminal("\x1b[2J\r\x07\t\x7f"), "\\033[2J\\015\\007\\011\\177");
  EXPECT_EQ(for_terminal(std::string_view{"a\0b", 3}), "a\\000b");
  EXPECT_EQ(for_terminal("\u202ex\u009b"), "\\342\\200\\256x\\302\\233");
  EXPECT_EQ(for_terminal("\xff"), "\\377");
}

}  // namespace
}  // namespace pysshrp::log
