#include "operator/api/text_form.hpp"

#include <gtest/gtest.h>

#include <string>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"

namespace guildhall::api {
namespace {

TEST(TextForm, IsItsPatternAndItsLength) {
  constexpr TextForm kForm{3, "^a*$", "letters"};
  EXPECT_TRUE(has_form("", kForm));
  EXPECT_TRUE(has_form("aaa", kForm));
  EXPECT_FALSE(has_form("aaaa", kForm));
  EXPECT_FALSE(has_form("ab", kForm));
  EXPECT_FALSE(has_form("a\n", kForm));
}

TEST(TextForm, OfALongTextIsToldByItsLengthAlone) {
  EXPECT_FALSE(has_form(std::string(10'000'000, 'a'), MemberSpec::kEmailForm));
}

TEST(TextForm, OfTheKindsIsTheirCrds) {
  EXPECT_EQ(MemberSpec::kEmailForm.most_characters, 254U);
  EXPECT_TRUE(has_form("jane@acme.example", MemberSpec::kEmailForm));
  EXPECT_FALSE(has_form("jane", MemberSpec::kEmailForm));
  EXPECT_TRUE(has_form("90d", ApiKeySpec::kLifetimeForm));
  EXPECT_FALSE(has_form("0d", ApiKeySpec::kLifetimeForm));
}

}  // namespace
}  // namespace guildhall::api
