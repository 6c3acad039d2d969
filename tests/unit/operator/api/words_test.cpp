#include "operator/api/words.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "operator/api/apikey.hpp"
#include "operator/api/member.hpp"

namespace guildhall::api {
namespace {

TEST(Words, AreThoseThatUsersSee) {
  EXPECT_EQ(to_string(ApiKeyPhase::Rotating), "Rotating");
  EXPECT_EQ(to_string(MemberPhase::PendingInvitation), "PendingInvitation");
  EXPECT_EQ(parse_word<ApiKeyPermissions>("ReadWrite"), ApiKeyPermissions::ReadWrite);
  EXPECT_EQ(parse_word<ApiKeyPermissions>("readwrite"), std::nullopt);
  EXPECT_EQ(parse_word<ApiKeyPermissions>(""), std::nullopt);
}

// Other rooms build on these shapes; a change of the CRD or the generator that breaks them is seen here first.
static_assert(std::is_same_v<decltype(ApiKeySpec::expires_at), std::optional<core::Timestamp>>);
static_assert(std::is_same_v<decltype(ApiKeySpec::revoked), bool>);
static_assert(std::is_same_v<decltype(ApiKeySpec::rotation), std::optional<ApiKeyRotation>>);
static_assert(std::is_same_v<decltype(ApiKeyStatus::keys), std::vector<ApiKeyStatusKey>>);
static_assert(std::is_same_v<decltype(ApiKeyStatus::conditions), std::vector<core::Condition>>);
static_assert(std::is_same_v<decltype(ApiKeySecret::labels), std::map<std::string, std::string>>);
static_assert(std::is_same_v<decltype(ApiKeyStatus::phase), std::optional<ApiKeyPhase>>);

TEST(Defaults, StandInAFreshStruct) {
  EXPECT_EQ(ApiKeyRotation{}.overlap, "1h");
  EXPECT_FALSE(ApiKeySpec{}.revoked);
  EXPECT_EQ(MemberSpec{}.state, MemberState::Active);
  EXPECT_EQ(MemberSpec{}.invitation.delivery, MemberInvitationDelivery::Email);
}

TEST(Unknown, CostsNothingWhileThereIsNone) {
  EXPECT_TRUE(ApiKeySpec{}.unknown.is_null());
  EXPECT_EQ(sizeof(ApiKeySpec{}.unknown), 16U);
}

}  // namespace
}  // namespace guildhall::api
