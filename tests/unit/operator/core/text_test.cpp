#include "operator/core/text.hpp"

#include <gtest/gtest.h>

namespace guildhall::core {
namespace {

TEST(PlainText, InLowerCaseChangesLettersOfAsciiOnly) {
  EXPECT_EQ(lower_case("X-Remote-User 1[]@Z\xC3\x84"), "x-remote-user 1[]@z\xC3\x84");
  EXPECT_EQ(lower_case("X-Vm-CLOUD-Access_[@`{\xc4"), "x-vm-cloud-access_[@`{\xc4");
}

TEST(PlainText, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trimmed(" \ta b\t "), "a b");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\na"), "\na");
}

}  // namespace
}  // namespace guildhall::core
