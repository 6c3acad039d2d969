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

TEST(PendingRemoval, IsKeptOnRecordForItsPatience) {
  const PendingRemovals pending{{"u-ada", since(0)}, {"u-bob", since(20)}};
  EXPECT_EQ(unexpired(pending, at(74)), pending);
  EXPECT_EQ(unexpired(pending, at(75)), (PendingRemovals{{"u-bob", since(20)}}));
}

/// A removal that is asked for: the Members were read, and then the Lease or not yet.
struct Request {
  std::string uid;
  std::string version;
  std::vector<SeenMember> members;
  std::optional<PendingRemovals> lease;
  int lease_version = 0;
};

/// Three Admins, a Lease in which what was let through is recorded, and requests at different stages.
struct Rivalry {
  std::vector<SeenMember> members{admin("a"), admin("b"), admin("c")};
  PendingRemovals lease;
  int lease_version = 0;
  std::vector<Request> requests;
  PendingRemovals let_through;
  int now = 0;

  SeenMember* standing(const std::string& uid) {
    const auto found = std::ranges::find(members, uid, &SeenMember::uid);
    return found == members.end() ? nullptr : &*found;
  }
  void ask_for(const std::string& uid) {
    if (const SeenMember* member = standing(uid)) requests.push_back({uid, member->version, members, std::nullopt, 0});
  }
  void read_lease(Request& request) {
    request.lease = lease;
    request.lease_version = lease_version;
    const bool names_one =
        std::ranges::any_of(request.members, [&](const SeenMember& member) { return lease.contains(member.uid); });
    if (names_one) request.members = members;
  }
  void decide(const Request& request) {
    const auto pending = still_pending(*request.lease, request.members, at(now));
    if (!may_remove_admin(request.members, pending, request.uid).may_go) return;
    if (request.lease_version != lease_version) return;
    ++lease_version;
    lease = unexpired(*request.lease, at(now));
    lease[request.uid] = {.since = at(now), .version = request.version};
    let_through[request.uid] = lease[request.uid];
  }
  void go_on(std::size_t index) {
    if (!requests[index].lease) return read_lease(requests[index]);
    decide(requests[index]);
    requests.erase(requests.begin() + static_cast<std::ptrdiff_t>(index));
  }
  /// The API server asks anew when it meets another version.
  void carry_out(const std::string& uid) {
    const auto removal = let_through.find(uid);
    const SeenMember* member = standing(uid);
    if (removal == let_through.end() || member == nullptr || member->version != removal->second.version) return;
    if (at(now) >= removal->second.since + kRemovalPatience) return;
    std::erase_if(members, [&](const SeenMember& one) { return one.uid == uid; });
  }
  void touch(const std::string& uid) {
    if (SeenMember* member = standing(uid)) member->version = std::to_string(std::stoi(member->version) + 1);
  }
};

void take_any_step(Rivalry& rivalry) {
  rivalry.now += *rc::gen::element(0, 0, 0, 1, 29);
  const std::string uid = "u-" + *rc::gen::elementOf(std::vector<std::string>{"a", "b", "c"});
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return rivalry.ask_for(uid);
    case 1:
      return rivalry.touch(uid);
    case 2:
      return rivalry.carry_out(uid);
    default:
      if (!rivalry.requests.empty()) rivalry.go_on(*rc::gen::inRange<std::size_t>(0, rivalry.requests.size()));
  }
}

// However removals come, succeed, fail or hang, and in whatever order each reads: one active Admin stays.
TEST(LastAdminProperties, OneStaysWhateverComes) {
  EXPECT_TRUE(rc::check([] {
    Rivalry rivalry;
    for (int steps = *rc::gen::inRange(1, 60); steps > 0; --steps) {
      take_any_step(rivalry);
      RC_ASSERT(std::ranges::any_of(rivalry.members, is_active_admin));
    }
  }));
}

}  // namespace
}  // namespace guildhall::controllers::organization
