#include "operator/records/plain_text.hpp"

#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

TEST(PlainText, InLowerCaseChangesLettersOfAsciiOnly) {
  EXPECT_EQ(lower_case("X-Remote-User 1[]@Z\xC3\x84"), "x-remote-user 1[]@z\xC3\x84");
}

TEST(PlainText, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trimmed(" \ta b\t "), "a b");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\na"), "\na");
}

}  // namespace
}  // namespace guildhall::records
