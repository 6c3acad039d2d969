#include "controllers/apikey/refusal.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace guildhall::controllers::apikey {
namespace {

/// Jane's key, which is accepted.
struct World {
  World() {
    key.spec.owner.emplace().name = "jane";
    key.status.owner_email = "jane@acme.example";
    key.status.phase = api::ApiKeyPhase::Active;
    jane.spec.email = "jane@acme.example";
    jane.spec.state = api::MemberState::Active;
    jane.status.phase = api::MemberPhase::Active;
  }
  api::ApiKey key;
  api::Member jane;
  const api::Member* owner = &jane;
};

struct Case {
  const char* name;
  std::function<void(World&)> change;
  const char* why;
};

class Refusal : public ::testing::TestWithParam<Case> {};

TEST_P(Refusal, IsAsTheObjectsSay) {
  World world;
  GetParam().change(world);
  EXPECT_EQ(why_refused(world.key, world.owner), GetParam().why);
}

TEST(TheRefusal, OfTheKeyAloneLeavesItsOwnerAside) {
  World world;
  world.jane.spec.state = api::MemberState::Inactive;
  EXPECT_EQ(why_refused(world.key), "");
  EXPECT_FALSE(is_in_force(world.jane));
  world.key.spec.revoked = true;
  EXPECT_EQ(why_refused(world.key), "Revoked");
}

const core::Timestamp kNoon = *core::parse_timestamp("2026-11-24T12:00:00Z");

INSTANTIATE_TEST_SUITE_P(
    Of, Refusal,
    ::testing::Values(
        Case{"AnAcceptedKey", [](World&) {}, ""},
        Case{"AKeyThatIsRotated", [](World& w) { w.key.status.phase = api::ApiKeyPhase::Rotating; }, ""},
        Case{"AKeyThatIsBeingIssued", [](World& w) { w.key.status.phase = api::ApiKeyPhase::Pending; }, ""},
        Case{"AnOrganizationsOwnKey",
             [](World& w) {
               w.key.spec.owner.reset();
               w.owner = nullptr;
             },
             ""},
        Case{"ARevocationAsked", [](World& w) { w.key.spec.revoked = true; }, "Revoked"},
        Case{"ARevokedKey", [](World& w) { w.key.status.phase = api::ApiKeyPhase::Revoked; }, "Revoked"},
        Case{"AKeyThatGoes", [](World& w) { w.key.metadata.deletion_timestamp = kNoon; }, "Revoked"},
        Case{"AnExpiredKey", [](World& w) { w.key.status.phase = api::ApiKeyPhase::Expired; }, "Expired"},
        Case{"ASuspendedKey", [](World& w) { w.key.status.phase = api::ApiKeyPhase::Suspended; }, "Suspended"},
        Case{"AnOwnerThatIsGone", [](World& w) { w.owner = nullptr; }, "Suspended"},
        Case{"AnOwnerThatGoes", [](World& w) { w.jane.metadata.deletion_timestamp = kNoon; }, "Suspended"},
        Case{"AnInactiveOwner", [](World& w) { w.jane.spec.state = api::MemberState::Inactive; }, "Suspended"},
        Case{"AnOwnerThatHasNotAccepted", [](World& w) { w.jane.status.phase = api::MemberPhase::PendingInvitation; },
             "Suspended"},
        Case{"AnotherMemberOfTheName", [](World& w) { w.jane.spec.email = "joe@acme.example"; }, "Suspended"}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace guildhall::controllers::apikey
