// Which Admin may go, and when another's removal counts.
#include "controllers/organization/last_admin.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace guildhall::controllers::organization {
namespace {

using Role = api::MemberRole;
using std::chrono::seconds;

core::Timestamp at(int second) {
  return *core::parse_timestamp("2026-11-24T10:00:00Z") + seconds{second};
}

PendingRemoval since(int second) {
  return {.since = at(second), .version = "1"};
}

SeenMember admin(const std::string& name, Standing standing = Standing::InForce) {
  return {.name = name,
          .uid = "u-" + name,
          .version = "1",
          .role = Role::Admin,
          .standing = standing,
          .subjects = {{"User", name, ""}}};
}

SeenMember with(SeenMember member, Subjects subjects) {
  normalize(subjects);
  member.subjects = std::move(subjects);
  return member;
}

SeenMember with(SeenMember member, Role role) {
  member.role = role;
  return member;
}

TEST(ActiveAdmin, IsAnAdminInForceWithAnIdentity) {
  EXPECT_TRUE(is_active_admin(admin("ada")));
  EXPECT_TRUE(is_active_admin(admin("ada", Standing::Paused)));
  EXPECT_TRUE(is_active_admin(admin("ada", Standing::Unjudged)));
  EXPECT_TRUE(is_active_admin(with(admin("ada"), {{"ServiceAccount", "bot", "acme"}})));
  EXPECT_FALSE(is_active_admin(with(admin("ada"), {{"Group", "admins", ""}})));
  EXPECT_FALSE(is_active_admin(with(admin("ada"), Role::Editor)));
  for (const Standing standing : {Standing::Leaving, Standing::Duplicate, Standing::Inactive, Standing::NotAccepted})
    EXPECT_FALSE(is_active_admin(admin("ada", standing)));
}

struct ChangeCase {
  std::string name;
  SeenMember before;
  std::optional<SeenMember> after;
  bool removes = false;
};

class AdminChange : public testing::TestWithParam<ChangeCase> {};

TEST_P(AdminChange, IsARemovalOrNot) {
  EXPECT_EQ(removes_admin(GetParam().before, GetParam().after), GetParam().removes);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, AdminChange,
    testing::Values(ChangeCase{"Deleted", admin("ada"), std::nullopt, true},
                    ChangeCase{"Demoted", admin("ada"), with(admin("ada"), Role::Editor), true},
                    ChangeCase{"Deactivated", admin("ada"), admin("ada", Standing::Inactive), true},
                    ChangeCase{"OnlyAGroupLeft", admin("ada"), with(admin("ada"), {{"Group", "admins", ""}}), true},
                    ChangeCase{"AnotherIdentity", admin("ada"), with(admin("ada"), {{"User", "eve", ""}}), true},
                    ChangeCase{"OneIdentityMore", admin("ada"),
                               with(admin("ada"), {{"User", "ada", ""}, {"User", "eve", ""}}), false},
                    ChangeCase{"OneOfTwoIdentitiesStays", with(admin("ada"), {{"User", "ada", ""}, {"User", "a", ""}}),
                               admin("ada"), false},
                    ChangeCase{"Unchanged", admin("ada"), admin("ada"), false},
                    ChangeCase{"NoAdminDeleted", with(admin("ada"), Role::Viewer), std::nullopt, false},
                    ChangeCase{"APendingAdminDeleted", admin("ada", Standing::NotAccepted), std::nullopt, false},
                    ChangeCase{"AnInactiveAdminDeleted", admin("ada", Standing::Inactive), std::nullopt, false},
                    ChangeCase{"Promoted", with(admin("ada"), Role::Viewer), admin("ada"), false}),
    [](const auto& info) { return info.param.name; });

TEST(PendingRemoval, EndsWhenItIsDoneOrVoidOrAfterItsPatience) {
  std::vector<SeenMember> members{admin("ada"), admin("bob"), with(admin("demoted"), Role::Editor), admin("changed")};
  members.back().version = "2";
  const PendingRemovals pending{{"u-ada", since(0)},
                                {"u-bob", since(20)},
                                {"u-demoted", since(70)},
                                {"u-gone", since(70)},
                                {"u-changed", since(70)}};
  EXPECT_EQ(still_pending(pending, members, at(74)), (PendingRemovals{{"u-ada", since(0)}, {"u-bob", since(20)}}));
  EXPECT_EQ(still_pending(pending, members, at(75)), (PendingRemovals{{"u-bob", since(20)}}));
}

TEST(LastAdmin, MayGoWhenAnotherStays) {
  EXPECT_TRUE(may_remove_admin({admin("ada"), admin("bob")}, {}, "u-ada").may_go);
  EXPECT_TRUE(may_remove_admin({admin("ada"), admin("bob")}, {{"u-ada", since(0)}}, "u-ada").may_go)
      << "the same removal once more";
}

TEST(LastAdmin, StaysWhenThereIsNoOther) {
  for (const auto& others : std::vector<std::vector<SeenMember>>{{},
                                                                 {with(admin("bob"), Role::Editor)},
                                                                 {admin("bob", Standing::Inactive)},
                                                                 {admin("bob", Standing::NotAccepted)},
                                                                 {admin("bob", Standing::Leaving)},
                                                                 {with(admin("bob"), {{"Group", "admins", ""}})}}) {
    std::vector<SeenMember> members = others;
    members.push_back(admin("ada"));
    const LastAdminAnswer answer = may_remove_admin(members, {}, "u-ada");
    EXPECT_FALSE(answer.may_go);
    EXPECT_EQ(answer.until, std::nullopt);
  }
}

TEST(LastAdmin, WaitsForTheRemovalsThatAreUnderWay) {
  const LastAdminAnswer answer = may_remove_admin({admin("ada"), admin("bob"), admin("eve")},
                                                  {{"u-bob", since(0)}, {"u-eve", since(10)}}, "u-ada");
  EXPECT_FALSE(answer.may_go);
  EXPECT_EQ(answer.until, at(75));
}

/// Two or three Admins, and a Lease in which what was let through is recorded.
struct Rivalry {
  std::vector<SeenMember> members{admin("a"), admin("b"), admin("c")};
  PendingRemovals lease;
  std::set<std::string> let_through;
  int now = 0;

  void ask_for(const std::string& uid) {
    const auto pending = still_pending(lease, members, at(now));
    const auto member = std::ranges::find(members, uid, &SeenMember::uid);
    if (member == members.end() || !is_active_admin(*member)) return;
    if (!may_remove_admin(members, pending, uid).may_go) return;
    lease = pending;
    lease[uid] = since(now);
    let_through.insert(uid);
  }
  void carry_out(const std::string& uid) {
    if (!let_through.contains(uid) || at(now) >= lease[uid].since + kRemovalPatience) return;
    std::erase_if(members, [&](const SeenMember& member) { return member.uid == uid; });
  }
};

void take_any_step(Rivalry& rivalry) {
  rivalry.now += *rc::gen::inRange(0, 30);
  const std::string uid = "u-" + *rc::gen::elementOf(std::vector<std::string>{"a", "b", "c"});
  if (*rc::gen::arbitrary<bool>()) return rivalry.ask_for(uid);
  rivalry.carry_out(uid);
}

// However removals come, succeed, fail or hang: as each is decided on a fresh read and recorded by compare-and-swap,
// one active Admin stays.
TEST(LastAdminProperties, OneStaysWhateverComes) {
  EXPECT_TRUE(rc::check([] {
    Rivalry rivalry;
    for (int steps = *rc::gen::inRange(1, 30); steps > 0; --steps) {
      take_any_step(rivalry);
      RC_ASSERT(std::ranges::any_of(rivalry.members, is_active_admin));
    }
  }));
}

}  // namespace
}  // namespace guildhall::controllers::organization
