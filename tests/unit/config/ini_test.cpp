#include "config/ini.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pysshrp::config {
namespace {

/// The file as text again: `[title] key=value` and `!line what`.
std::vector<std::string> read(std::string_view text) {
  const auto file = File::parse("f", {text.begin(), text.end()}, {});
  std::vector<std::string> lines;
  for (const auto& section : file->sections()) {
    if (section.line != 0) lines.push_back('[' + std::string{section.title} + "]:" + std::to_string(section.line));
    for (const auto& entry : file->entries(section))
      lines.push_back(std::string{entry.key()} + '=' + std::string{entry.value()} + ':' + std::to_string(entry.line()));
  }
  for (const auto& bad : file->bad_lines()) lines.push_back('!' + std::to_string(bad.line) + ' ' + bad.what);
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Ini, reads_sections_keys_and_their_lines) {
  EXPECT_EQ(read("; comment\n\n[a]\nk = v\n# comment\n  ; indented comment\nl=w\n[b]\n[c] ; comment\nm : x\n"),
            (Lines{"[a]:3", "k=v:4", "l=w:7", "[b]:8", "[c]:9", "m=x:10"}));
}

TEST(Ini, reads_a_last_line_without_newline) {
  EXPECT_EQ(read("[a]\nk = v"), (Lines{"[a]:1", "k=v:2"}));
}

TEST(Ini, reads_a_file_of_nothing) {
  EXPECT_EQ(read(""), Lines{});
  EXPECT_EQ(read("\n\n"), Lines{});
}

TEST(Ini, takes_bom_and_crlf) {
  EXPECT_EQ(read("\xef\xbb\xbf[a]\r\nk = v\r\n\r\n; c\r\n"), (Lines{"[a]:1", "k=v:2"}));
}

TEST(Ini, keeps_an_empty_value_and_signs_in_a_value) {
  EXPECT_EQ(read("k =\nl = a = b : c\nm = a;b#c # d\nn = ;x\xc3\xa4\n"),
            (Lines{"k=:1", "l=a = b : c:2", "m=a;b#c # d:3",
                   "!4 has ' ;', which would start a comment: comments stand on a line of "
                   "their own, and no value can hold it"}));
  EXPECT_EQ(read("password =;x\n"), (Lines{"password=;x:1"}));
  EXPECT_EQ(read("password = \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\n"),
            (Lines{"password=\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80:1"}));
}

TEST(Ini, keeps_section_names_that_inih_would_cut) {
  const std::string name(300, 'n');
  EXPECT_EQ(read('[' + name + "]\nk = v\n"), (Lines{'[' + name + "]:1", "k=v:2"}));
}

TEST(Ini, takes_a_line_of_any_length_and_keeps_count) {
  for (const std::size_t size : {5000U, 64U * 1024, 1024U * 1024}) {
    const std::string value(size, 'x');
    EXPECT_EQ(read("[a]\nk = " + value + "\nl = v\n"), (Lines{"[a]:1", "k=" + value + ":2", "l=v:3"})) << size;
  }
}

TEST(Ini, cuts_nothing_where_inihs_buffer_ends) {
  for (std::size_t size = 150; size < 450; ++size) {
    const std::string value(size, 'x'), spaces(size, ' ');
    EXPECT_EQ(read("k = " + value + '\n'), (Lines{"k=" + value + ":1"}));
    EXPECT_EQ(read("k = " + value + " = : # ;\n").front().substr(0, 5), "!1 ha") << "a comment behind the buffer";
    EXPECT_EQ(read("k = " + value + " = : #;" + value + "\r\nl = \r\n"),
              (Lines{"k=" + value + " = : #;" + value + ":1", "l=:2"}));
    EXPECT_EQ(read("k" + spaces + "=" + spaces + "v w" + spaces + '\n'),
              size < 197 ? (Lines{"k=v w:1"}) : (Lines{"!1 has a key that is longer than inih can take"}));
    EXPECT_EQ(read("k =" + spaces + "v w" + spaces + '\n'), (Lines{"k=v w:1"}));
    EXPECT_EQ(read("k = " + value + "\xc3\xa4" + value + '\n'), (Lines{"k=" + value + "\xc3\xa4" + value + ":1"}));
    EXPECT_EQ(read({("k = " + value + '\0' + value + '\n').c_str(), 2 * size + 6}), (Lines{"!1 has a NUL byte"}));
  }
}

TEST(Ini, says_that_a_key_is_too_long_and_keeps_count) {
  EXPECT_EQ(read(std::string(300, 'k') + " = v\nl = w\n"),
            (Lines{"l=w:2", "!1 has a key that is longer than inih can take"}));
}

TEST(Ini, joins_a_list_that_goes_on_in_indented_lines) {
  EXPECT_EQ(read("[a]\nk = a,\n  b = c,\n\td:e,\n f\nl = v\n"), (Lines{"[a]:1", "k=a, b = c, d:e, f:2", "l=v:6"}));
  EXPECT_EQ(read("\xef\xbb\xbfk = a,\r\n  b\t\r\nl = v\r\n"), (Lines{"k=a, b:1", "l=v:3"}));
  EXPECT_EQ(read("k = a,\n ; x,\n# y\n\n b,\n  # last\n c"), (Lines{"k=a, b, c:1"})) << "comments in between";
  EXPECT_EQ(read("k = a,\n b,\nl = v\n m\n").back().substr(0, 26), "!4 starts with a space or ") << "l has no comma";
  const std::string item(250, 'x');
  EXPECT_EQ(read("k = " + item + ",\n  " + item + ",\n  " + item + "\nl = v\n"),
            (Lines{"k=" + item + ", " + item + ", " + item + ":1", "l=v:4"}));
}

TEST(Ini, does_not_join_what_has_a_fault_nor_over_a_section) {
  EXPECT_EQ(read("k = a,\n b ;c\n d\nl = v\n").size(), 4U) << "k, l, and two bad lines";
  EXPECT_EQ(read("[a]\nk = a,\n[b]\n c\n").back().substr(0, 9), "!4 starts");
  EXPECT_EQ(read({"k = a,\n b\0c\n d\n", 15}).size(), 3U);
  EXPECT_EQ(read(" a,\n b\n").size(), 2U) << "goes on from nothing";
}

TEST(Ini, takes_a_comment_of_any_length) {
  EXPECT_EQ(read(';' + std::string(1000, 'k') + " = v\n"), Lines{});
}

TEST(Ini, refuses_an_inline_comment_where_it_would_cut_a_password) {
  for (const auto* line :
       {"password = ab ;cd", "password = ab\t;cd", "password = ;", "password ;= x", "password = a;b ;c"}) {
    const auto lines = read(line);
    ASSERT_EQ(lines.size(), 1U) << line;
    EXPECT_EQ(lines[0].substr(0, 18), "!1 has ' ;', which") << line;
    EXPECT_EQ(lines[0].find("ab"), std::string::npos) << "no bad line may be repeated";
  }
}

TEST(Ini, refuses_what_inih_would_take_for_a_continuation) {
  const std::string what =
      "starts with a space or tab: keys and sections start at the margin, and only a list whose last line ends in a "
      "comma goes on in an indented one";
  EXPECT_EQ(read("[a]\nk = v\n w\n\tl = x\n"), (Lines{"[a]:1", "k=v:2", "!3 " + what, "!4 " + what}));
  EXPECT_EQ(read("[a]\nk = v\n [b]\nl = x\n"), (Lines{"[a]:1", "k=v:2", "[]:3", "l=x:4", "!3 " + what}));
}

TEST(Ini, refuses_bytes_that_are_no_text) {
  EXPECT_EQ(read({"k = a\0b\n", 8}), (Lines{"!1 has a NUL byte"}));
  EXPECT_EQ(read({"; a\0b\n", 6}), (Lines{"!1 has a NUL byte"}));
  EXPECT_EQ(read("k = a\x1b[31m\n"), (Lines{"!1 has a control character"}));
  EXPECT_EQ(read("k = a\x7f\n"), (Lines{"!1 has a control character"}));
  EXPECT_EQ(read("k = a\rb\n"), (Lines{"!1 has a control character"}));
  EXPECT_EQ(read("k =\ta\tb\n"), (Lines{"k=a\tb:1"}));
}

TEST(Ini, refuses_what_is_not_utf8) {
  for (const auto* bad :
       {"\xff", "\x80", "\xc3", "\xc0\xaf", "\xc3\x28", "\xe0\x80\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
        "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82\x28", "\xf0\x9f\x98\x28"}) {
    EXPECT_EQ(read("k = " + std::string{bad} + '\n'), (Lines{"!1 is not UTF-8"}));
    EXPECT_EQ(read("; " + std::string{bad} + '\n'), (Lines{"!1 is not UTF-8"}));
  }
}

TEST(Ini, refuses_lines_of_no_kind) {
  EXPECT_EQ(read("hello\n"), (Lines{"!1 is neither 'key = value' nor '[section]'"}));
  EXPECT_EQ(read("= v\n"), (Lines{"!1 is not 'key = value'"}));
  EXPECT_EQ(read(": v\n"), (Lines{"!1 is not 'key = value'"}));
}

TEST(Ini, a_header_that_cannot_be_read_ends_the_section_before_it) {
  EXPECT_EQ(
      read("[a]\nk = v\n[b\nl = w\n"),
      (Lines{"[a]:1", "k=v:2", "[]:3", "l=w:4", "!3 has no ']': a section begins with '[server NAME]' or the like"}));
  EXPECT_EQ(read("[]\n"), (Lines{"[]:1", "!1 has no name between '[' and ']'"}));
  EXPECT_EQ(read("[ ]\n"), (Lines{"[]:1", "!1 has no name between '[' and ']'"}));
  EXPECT_EQ(read("[a] k = v\n"), (Lines{"[]:1", "!1 has something after the ']'"}));
  EXPECT_EQ(read({"[a\0]\n", 5}), (Lines{"[]:1", "!1 has a NUL byte"}));
  EXPECT_EQ(read("["), (Lines{"[]:1", "!1 has no ']': a section begins with '[server NAME]' or the like"}));
}

TEST(Ini, a_header_with_a_fault_that_is_a_servers_keeps_its_name) {
  const std::string no_end = " has no ']': a section begins with '[server NAME]' or the like";
  EXPECT_EQ(read("[Server d]\nk = v\n"),
            (Lines{"[Server d]:1", "k=v:2", "!1 is written in small letters: [server NAME]"}));
  EXPECT_EQ(read("[a]\n[server d\nk = v\n"), (Lines{"[a]:1", "[server d]:2", "k=v:3", "!2" + no_end}));
  EXPECT_EQ(read("[server d password = x\n"), (Lines{"[server d]:1", "!1" + no_end})) << "nothing else is repeated";
  EXPECT_EQ(read("[server  "), (Lines{"[]:1", "!1" + no_end}));
  EXPECT_EQ(read("[server d] e\n"), (Lines{"[server d]:1", "!1 has something after the ']'"}));
  EXPECT_EQ(read("[defaults\n[Defaults]\n[servers d\n"),
            (Lines{"[]:1", "[Defaults]:2", "[]:3", "!1" + no_end, "!3" + no_end}));
  EXPECT_EQ(read({"[server d\0]\n", 12}), (Lines{"[]:1", "!1 has a NUL byte"}));
}

TEST(Ini, a_bad_line_knows_its_section) {
  const std::string_view text = "x\n[a]\n[b]\ny\n";
  const auto file = File::parse("f", {text.begin(), text.end()}, {});
  ASSERT_EQ(file->bad_lines().size(), 2U);
  EXPECT_EQ(file->bad_lines()[0].section, 0U);
  EXPECT_EQ(file->sections()[file->bad_lines()[1].section].title, "b");
}

TEST(Place, is_file_and_line) {
  EXPECT_EQ((Place{"f", 7}.text()), "f:7");
  EXPECT_EQ((Place{"f", 0}.text()), "f");
}

}  // namespace
}  // namespace pysshrp::config
