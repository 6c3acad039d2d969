#include "operator/page/html.hpp"

#include <rapidcheck/gtest.h>

#include <string>

namespace guildhall::page {
namespace {

struct EscapeCase {
  std::string name;
  std::string text;
  std::string want;
};

void PrintTo(const EscapeCase& sample, std::ostream* out) {
  *out << sample.name;
}

class Escape : public testing::TestWithParam<EscapeCase> {};

TEST_P(Escape, LeavesNothingThatActs) {
  EXPECT_EQ(escape(GetParam().text), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    , Escape,
    testing::Values(EscapeCase{"PlainText", "Acme Metrics", "Acme Metrics"},
                    EscapeCase{"Markup", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
                    EscapeCase{"EndOfAnAttribute", "\" onfocus='x'", "&quot; onfocus=&#39;x&#39;"},
                    EscapeCase{"AnEntity", "&lt;", "&amp;lt;"},
                    EscapeCase{"OtherScripts", "Ünïcode 日本語 עברית 👩‍💻",
                               "Ünïcode 日本語 עברית 👩‍💻"},
                    EscapeCase{"RightToLeftOverride", "acme\u202Egpj.exe", "acmegpj.exe"},
                    EscapeCase{"Isolates", "\u2066a\u2069\u200E\u200F\u061C\u202A", "a"},
                    EscapeCase{"Controls", std::string("a\0b\r\n\x1B[31m\x7F\xC2\x85", 13), "ab[31m"},
                    EscapeCase{"StrayByte", "a\x80z", "a\uFFFDz"}, EscapeCase{"CutShort", "a\xE2\x82", "a\uFFFD\uFFFD"},
                    EscapeCase{"OverlongSlash", "\xC0\xAF", "\uFFFD\uFFFD"},
                    EscapeCase{"OverlongLess", "\xE0\x80\xBC", "\uFFFD\uFFFD\uFFFD"},
                    EscapeCase{"Surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
                    EscapeCase{"BeyondUnicode", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
                    EscapeCase{"TheLastCharacter", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"}),
    [](const auto& info) { return info.param.name; });

RC_GTEST_PROP(EscapeProperty, LeavesNoMarkupInAnyBytes, (const std::string& bytes)) {
  RC_ASSERT(escape(bytes).find_first_of("<>\"'") == std::string::npos);
}

RC_GTEST_PROP(EscapeProperty, IsOfEachPartByItself, ()) {
  const auto letters = rc::gen::container<std::string>(rc::gen::inRange<char>(' ', '~'));
  const std::string a = *letters;
  const std::string b = *letters;
  RC_ASSERT(escape(a + b) == escape(a) + escape(b));
}

TEST(Isolated, StandsInADirectionOfItsOwn) {
  EXPECT_EQ(isolated("<עברית>"), "<bdi>&lt;עברית&gt;</bdi>");
}

}  // namespace
}  // namespace guildhall::page
