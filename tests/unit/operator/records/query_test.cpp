#include "operator/records/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace guildhall::records {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(PercentDecoding, TakesTwoHexadecimalDigits) {
  EXPECT_THAT(percent_decoded("a%2Fb%3d%25"), Optional(std::string("a/b=%")));
  EXPECT_THAT(percent_decoded("%e2%82%AC"), Optional(std::string("\xe2\x82\xac")));
  EXPECT_THAT(percent_decoded("a+b"), Optional(std::string("a+b")));
  EXPECT_THAT(percent_decoded("%00"), Optional(std::string(1, '\0')));
}

TEST(PercentDecoding, RefusesWhatIsNoEscape) {
  for (const char* text : {"%", "%2", "a%", "%zz", "%2z", "%-1", "%+1", "% 1", "%0x"})
    EXPECT_EQ(percent_decoded(text), std::nullopt) << text;
}

TEST(AQuery, GivesTheFirstOfAName) {
  const Query query("limit=1&limit=2&watch&fieldSelector=action%3DMemberRoleChanged%2Cemail%3Da%40b&q=two+words");
  EXPECT_THAT(query.first("limit"), Optional(std::string("1")));
  EXPECT_THAT(query.all("limit"), ElementsAre("1", "2"));
  EXPECT_THAT(query.first("watch"), Optional(std::string()));
  EXPECT_THAT(query.first("fieldSelector"), Optional(std::string("action=MemberRoleChanged,email=a@b")));
  EXPECT_THAT(query.first("q"), Optional(std::string("two words")));
  EXPECT_EQ(query.first("continue"), std::nullopt);
  EXPECT_THAT(query.all("continue"), IsEmpty());
}

TEST(AQuery, LeavesOutWhatCannotBeRead) {
  const Query query("&&a=%zz&b;c=1&%zz=2&d=e=f&=x");
  EXPECT_EQ(query.first("a"), std::nullopt);
  EXPECT_EQ(query.first("b;c"), std::nullopt);
  EXPECT_EQ(query.first("b"), std::nullopt);
  EXPECT_THAT(query.first("d"), Optional(std::string("e=f")));
  EXPECT_THAT(query.first(""), Optional(std::string("x")));
}

}  // namespace
}  // namespace guildhall::records
