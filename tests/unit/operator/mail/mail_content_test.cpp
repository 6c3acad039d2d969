#include "operator/mail/mail_content.hpp"

#include <gtest/gtest.h>

#include <array>

namespace guildhall::mail {
namespace {

TEST(MailContent, EndsEveryLineWithCarriageReturnAndLineFeed) {
  EXPECT_EQ(with_mail_line_breaks("a\nb\r\n\nc").reveal(), "a\r\nb\r\n\r\nc");
  EXPECT_EQ(with_mail_line_breaks("").reveal(), "");
}

TEST(MailContent, KeepsTheLastByteApart) {
  ContentReader reader(core::SecretText("abcde"));
  std::array<char, 3> buffer{};
  EXPECT_EQ(reader.read(buffer), 3U);
  EXPECT_FALSE(reader.is_at_end());
  EXPECT_EQ(reader.read(buffer), 1U);
  EXPECT_EQ(buffer.front(), 'd');
  EXPECT_TRUE(reader.is_at_end());
  EXPECT_EQ(reader.read(buffer), 1U);
  EXPECT_EQ(buffer.front(), 'e');
  EXPECT_EQ(reader.read(buffer), 0U);
}

TEST(MailContent, IsAtItsEndWhenThereIsNothing) {
  ContentReader reader{core::SecretText()};
  std::array<char, 3> buffer{};
  EXPECT_TRUE(reader.is_at_end());
  EXPECT_EQ(reader.read(buffer), 0U);
}

}  // namespace
}  // namespace guildhall::mail
