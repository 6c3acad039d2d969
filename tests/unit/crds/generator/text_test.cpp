#include "crds/generator/text.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace guildhall::crds::generator {
namespace {

TEST(Comment, IsBrokenAtSpacesToTheWidestLine) {
  std::string text;
  for (int i = 0; i < 100; ++i)
    text += "word\n";
  std::istringstream lines(comment(text, "  /// "));
  int words = 0;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.starts_with("  /// word"));
    EXPECT_LE(line.size(), kColumns);
    words += static_cast<int>((line.size() - 5) / 5);
  }
  EXPECT_EQ(words, 100);
}

TEST(Comment, OfNothingIsNothing) {
  EXPECT_EQ(comment("", "/// "), "");
}

TEST(List, StandsInOneLineWhereItFits) {
  const std::vector<std::string> few{"A", "B"};
  EXPECT_EQ(list("enum class E { ", few, " };", ""), "enum class E { A, B };\n");
  const std::vector<std::string> many(30, "Enumerator");
  std::istringstream lines(list("enum class E { ", many, " };", ""));
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), kColumns);
}

TEST(Literal, EscapesWhatWouldEndOrBreakIt) {
  EXPECT_EQ(literal("a\"b\\c\nd"), R"("a\"b\\c\nd")");
}

}  // namespace
}  // namespace guildhall::crds::generator
