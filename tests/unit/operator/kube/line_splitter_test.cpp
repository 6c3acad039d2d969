#include "operator/kube/line_splitter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace guildhall::kube {
namespace {

std::vector<std::string> split(const std::vector<std::string>& parts, LineSplitter& splitter) {
  std::vector<std::string> lines;
  for (const auto& part : parts) {
    const auto fed = splitter.feed(part, [&](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
    if (!fed) lines.push_back("error: " + fed.error().message);
  }
  return lines;
}

TEST(LineSplitterTest, HandsOutALineWithItsLastByte) {
  LineSplitter splitter(100);
  EXPECT_EQ(split({"a\nb"}, splitter), std::vector<std::string>{"a"});
  EXPECT_TRUE(splitter.in_line());
  EXPECT_EQ(split({"c\n"}, splitter), std::vector<std::string>{"bc"});
  EXPECT_FALSE(splitter.in_line());
}

TEST(LineSplitterTest, StopsWhenTheHandlerHasEnough) {
  LineSplitter splitter(100);
  int lines = 0;
  const auto fed = splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++lines < 2; });
  EXPECT_EQ(fed, false);
  EXPECT_EQ(lines, 2);
}

TEST(LineSplitterTest, RefusesALineThatIsTooLong) {
  LineSplitter splitter(3);
  EXPECT_EQ(split({"abc\n"}, splitter), std::vector<std::string>{"abc"});
  EXPECT_EQ(split({"ab", "cd"}, splitter),
            std::vector<std::string>{"error: a line of the stream is longer than 3 bytes"});
}

RC_GTEST_PROP(LineSplitterProperty, WhereTheBytesAreCutDoesNotMatter, (const std::vector<std::string>& parts)) {
  std::string whole;
  for (const auto& part : parts)
    whole += part;
  LineSplitter at_once(1U << 20U);
  LineSplitter in_parts(1U << 20U);
  RC_ASSERT(split({whole}, at_once) == split(parts, in_parts));
}

}  // namespace
}  // namespace guildhall::kube
