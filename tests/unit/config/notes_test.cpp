#include "config/notes.h"

#include <gtest/gtest.h>

#include "texts.h"

namespace pysshrp::config {
namespace {

/// What is noted of the `user` of a server.
std::string noted(const std::string& user) {
  const auto all = texts(notes(Config::parse("f", "[server a]\nuser = " + user + "\nupstream_host = h\n")));
  return all.empty() ? "" : all.front();
}

TEST(Notes, AnExpressionThatIsAnExactNameIsNoted) {
  for (const char* user : {R"(r'^web\d+$')", R"(r"^web")", "/^web/", "/web/", R"(web(\d+))", R"(web\d+)", R"(web\d)",
                           "web*", ".*", "web.+", "(?i)^a", "a|b", "[a-z]", "web?", "a{2}"})
    EXPECT_EQ(
        noted(user),
        "f:2: [server a] user: note: is an exact name, since it does not start with '^': an expression does, without "
        "slashes or quotes around it, as ^web\\d+$")
        << user;
  EXPECT_NE(noted("'^web'").find("note: the quotes are part of the value"), std::string::npos);
  EXPECT_NE(noted("a, b").find("note: is one name, with the comma"), std::string::npos);
}

TEST(Notes, NamesThatSystemsGiveAreNotNoted) {
  for (const char* user : {"web1", "a.b", "a+b@example.lan", R"(CORP\dave)", R"(CORP\web)", "pc$", "-a", "a stranger",
                           "b\xc3\xbc"
                           "cher",
                           "a/b", "x:y=z"})
    EXPECT_EQ(noted(user), "") << user;
}

TEST(Notes, AnExpressionThatFallsApartIsNoted) {
  for (const char* user : {"^a|b", "^a|b$", "^a|^b|c", R"(^[|]|b)", R"(^[]|]|b)", R"(^\(|b)", "^(a)|(b)", "^a|"})
    EXPECT_NE(noted(user).find("f:2: [server a] user: note: the '|' divides the whole expression"), std::string::npos)
        << user;
  for (const char* user :
       {"^(a|b)$", "^a|^b", R"(^a\|b)", "^[a|b]", "^[]|]", "^[^]|]", R"(^[\]|])", "^((a|b)|c)$", "^", "^.*", "^web"})
    EXPECT_EQ(noted(user), "") << user;
  for (const char* user : {R"(^web\\d+$)", R"(^web(\\d))", R"(^web\\d)"})
    EXPECT_NE(noted(user).find("note: two backslashes are a backslash in the name"), std::string::npos) << user;
  for (const char* user : {R"(^CORP\\dave)", R"(^CORP\\(?P<name>\w+)$)", R"(^web\d+$)"})
    EXPECT_EQ(noted(user), "") << user;
}

TEST(Notes, AFileWithoutServersIsNoted) {
  for (const char* text : {"", "[pysshrp]\nlevel = info\n"})
    EXPECT_EQ(texts(notes(Config::parse("f", text))), Lines{"f: note: has no [server NAME]: nobody is served"}) << text;
  EXPECT_EQ(texts(notes(Config::parse("f", "[web]\n"))), Lines{});  // a fault says more
  EXPECT_EQ(texts(notes(Config::parse("f", "[pysshrp]\nroutes_dir = /tmp\n"))), Lines{});
}

}  // namespace
}  // namespace pysshrp::config
