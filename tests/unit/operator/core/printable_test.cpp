#include "operator/core/printable.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>

namespace guildhall::core {
namespace {

TEST(PrintableTest, WordsOfAllLanguagesStay) {
  for (const char* text : {"", "Jane Doe", "Zo\xc3\xab", "\xe6\x9d\x8e\xe5\xa8\x9c", "\xf0\x9f\x8e\x89"})
    EXPECT_EQ(printable(text), text);
}

TEST(PrintableTest, WhatDrivesATerminalIsShown) {
  EXPECT_EQ(printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("a\nb\r\tc\x07\x7f"), "a\\x0ab\\x0d\\x09c\\x07\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m");
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "nimda"),
            "\\u202enimda");
  EXPECT_EQ(printable("a\xe2\x80\xa8"
                      "b\xd8\x9c"),
            "a\\u2028b\\u061c");
}

TEST(PrintableTest, WhatIsNoUtf8IsShown) {
  EXPECT_EQ(printable("a\xff"
                      "b"),
            "a\\xffb");
  EXPECT_EQ(printable("\xc3"), "\\xc3");
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80");
  EXPECT_EQ(printable("\xe2\x80"), "\\xe2\\x80");
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
}

TEST(PrintableTest, LinesStayLines) {
  EXPECT_EQ(printable_lines("a\nb\x1b"), "a\nb\\x1b\n");
  EXPECT_EQ(printable_lines(""), "");
}

TEST(PrintableTest, ADocumentKeepsItsLinesAndEscapesTheRestInItsStrings) {
  EXPECT_EQ(printable_document("{\n  \"a\": \"\xe2\x80\xae\x7f\"\n}"), "{\n  \"a\": \"\\u202e\\u007f\"\n}");
}

TEST(PrintableTest, WidthCountsCharacters) {
  EXPECT_EQ(width("Zo\xc3\xab"), 3U);
}

RC_GTEST_PROP(PrintableProperty, NothingIsLeftThatATerminalObeysAndTwiceIsOnce, (const std::string& text)) {
  const std::string shown = printable(text);
  RC_ASSERT(std::ranges::none_of(shown, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
  RC_ASSERT(printable(shown) == shown);
  RC_ASSERT(is_printable(shown));
}

}  // namespace
}  // namespace guildhall::core
