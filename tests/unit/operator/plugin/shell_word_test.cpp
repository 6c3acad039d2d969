#include "operator/plugin/shell_word.hpp"

#include <gtest/gtest.h>

namespace guildhall::plugin {
namespace {

TEST(ShellWord, IsInQuotesWhereItNeedsThem) {
  EXPECT_EQ(shell_word("jane+x@acme.example"), "jane+x@acme.example");
  EXPECT_EQ(shell_word("o'brien@acme.example"), R"('o'\''brien@acme.example')");
  EXPECT_EQ(shell_word(R"({"a":"b c"})"), R"('{"a":"b c"}')");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace guildhall::plugin
