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

/// Let through in that second, at version 1.
std::pair<const Removal, core::Timestamp> removal(const std::string& name, int second) {
  return {{"u-" + name, "1"}, at(second)};
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
  const PendingRemovals pending{removal("ada", 0), removal("bob", 20), removal("demoted", 70), removal("gone", 70),
                                removal("changed", 70)};
  EXPECT_EQ(still_pending(pending, members, at(74)), (PendingRemovals{removal("ada", 0), removal("bob", 20)}));
  EXPECT_EQ(still_pending(pending, members, at(75)), (PendingRemovals{removal("bob", 20)}));
}

TEST(LastAdmin, MayGoWhenAnotherStays) {
  EXPECT_TRUE(may_remove_admin({admin("ada"), admin("bob")}, {}, "u-ada").may_go);
  EXPECT_TRUE(may_remove_admin({admin("ada"), admin("bob")}, {removal("ada", 0)}, "u-ada").may_go)
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
  const LastAdminAnswer answer =
      may_remove_admin({admin("ada"), admin("bob"), admin("eve")}, {removal("bob", 0), removal("eve", 10)}, "u-ada");
  EXPECT_FALSE(answer.may_go);
  EXPECT_EQ(answer.until, at(75));
}

TEST(PendingRemoval, IsKeptOnRecordForItsPatience) {
  const PendingRemovals pending{removal("ada", 0), removal("bob", 20)};
  EXPECT_EQ(unexpired(pending, at(74)), pending);
  EXPECT_EQ(unexpired(pending, at(75)), (PendingRemovals{removal("bob", 20)}));
}

/// How long the API server waits for an answer, and then goes on with its request: as the webhooks' configurations and
/// --request-timeout have it.
constexpr int kAnswerTimeout = 3;
constexpr int kRequestTimeout = 60;

/// A removal that is asked for: Members were read, and then the Lease or not yet.
struct Request {
  std::string uid;
  std::string version;
  std::string other;  ///< the only one that was read; "": all were
  int since = 0;
  std::vector<SeenMember> members;
  std::optional<PendingRemovals> lease;
  int lease_version = 0;
};

/// A removal that is recorded while one other Admin is read, on a Lease that is remembered and may be old.
struct Guess {
  std::string uid;
  std::string version;
  std::string other;
  PendingRemovals before;  ///< what is remembered
  int lease_version = 0;
  int since = 0;
  std::optional<bool> stays;
  std::optional<int> recorded;  ///< the version of the Lease with it
};

/// Two or three Admins, a Lease in which what was let through is recorded, and requests at different stages.
struct Rivalry {
  std::vector<SeenMember> members{admin("a"), admin("b"), admin("c")};
  PendingRemovals lease;
  int lease_version = 0;
  std::vector<Request> requests;
  std::vector<Guess> guesses;
  PendingRemovals remembered;
  int remembered_version = 0;
  PendingRemovals let_through;
  int last_version = 1;  ///< of any Member
  int now = 0;

  SeenMember* standing(const std::string& uid) {
    const auto found = std::ranges::find(members, uid, &SeenMember::uid);
    return found == members.end() ? nullptr : &*found;
  }
  void ask_for(const std::string& uid, const std::string& other) {
    const SeenMember* member = standing(uid);
    if (member != nullptr) requests.push_back({uid, member->version, other, now, read(other), std::nullopt, 0});
  }
  [[nodiscard]] std::vector<SeenMember> read(const std::string& other) const {
    std::vector<SeenMember> seen = members;
    if (!other.empty()) std::erase_if(seen, [&](const SeenMember& member) { return member.uid != other; });
    return seen;
  }
  void read_lease(Request& request) {
    request.lease = lease;
    request.lease_version = lease_version;
    if (request.other.empty() ? !lease.empty() : has_removal_of(lease, request.other))
      request.members = read(request.other);
  }
  void decide(const Request& request) {
    const auto pending = still_pending(*request.lease, request.members, at(now));
    if (!may_remove_admin(request.members, pending, request.uid).may_go) return;
    if (request.lease_version != lease_version) return;
    ++lease_version;
    lease = unexpired(*request.lease, at(now));
    lease[{request.uid, request.version}] = at(now);
    answer({request.uid, request.version}, request.since);
  }
  /// What comes too late is recorded, but nobody waits for it.
  void answer(const Removal& removal, int since) {
    if (now <= since + kAnswerTimeout) let_through[removal] = at(now);
  }
  void go_on(std::size_t index) {
    if (!requests[index].lease) return read_lease(requests[index]);
    decide(requests[index]);
    requests.erase(requests.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void remember() {
    remembered = lease;
    remembered_version = lease_version;
  }
  void guess(const std::string& uid, const std::string& other) {
    const SeenMember* member = standing(uid);
    if (member == nullptr || uid == other) return;
    guesses.push_back({uid, member->version, other, remembered, remembered_version, now, std::nullopt, std::nullopt});
  }
  /// False: somebody else wrote the Lease.
  bool record(Guess& guess) {
    if (guess.lease_version != lease_version) return false;
    lease = unexpired(guess.before, at(guess.since));
    lease[{guess.uid, guess.version}] = at(guess.since);
    guess.recorded = ++lease_version;
    return true;
  }
  void end(const Guess& guess) {
    if (*guess.stays) {
      answer({guess.uid, guess.version}, guess.since);
    } else if (*guess.recorded == lease_version) {
      lease = guess.before;
      ++lease_version;
    }
  }
  bool is_staying(const Guess& guess) {
    const SeenMember* other = standing(guess.other);
    return other != nullptr && still_pending(guess.before, {*other}, at(guess.since)).empty();
  }
  /// Either comes first: to record, to read.
  void go_on_guessing(std::size_t index, bool records) {
    Guess& guess = guesses[index];
    bool is_over = false;
    if (records && !guess.recorded) is_over = !record(guess);
    if (!records && !guess.stays) guess.stays = is_staying(guess);
    if (!is_over && guess.recorded && guess.stays) {
      end(guess);
      is_over = true;
    }
    if (is_over) guesses.erase(guesses.begin() + static_cast<std::ptrdiff_t>(index));
  }
  /// The API server asks anew when it meets another version.
  void carry_out(const std::string& uid) {
    const SeenMember* member = standing(uid);
    if (member == nullptr) return;
    const auto removal = let_through.find({uid, member->version});
    if (removal == let_through.end() || at(now) > removal->second + seconds{kRequestTimeout}) return;
    std::erase_if(members, [&](const SeenMember& one) { return one.uid == uid; });
  }
  /// Who was demoted is made an Admin again.
  void restore(const std::string& name) {
    if (standing("u-" + name) != nullptr) return;
    members.push_back(admin(name));
    members.back().version = std::to_string(++last_version);
  }
  void touch(const std::string& uid) {
    if (SeenMember* member = standing(uid)) member->version = std::to_string(++last_version);
  }
};

std::string any_name() {
  return *rc::gen::element<std::string>("a", "b", "c");
}

std::string any_uid() {
  return "u-" + any_name();
}

template <typename Requests>
std::size_t any_of(const Requests& requests) {
  return *rc::gen::inRange<std::size_t>(0, requests.size());
}

void change_anything(Rivalry& rivalry) {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return rivalry.touch(any_uid());
    case 1:
      return rivalry.restore(any_name());
    default:
      rivalry.now += *rc::gen::element(1, 1, 29);
  }
}

void begin_anything(Rivalry& rivalry) {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return rivalry.ask_for(any_uid(), "");
    case 1:
      return rivalry.ask_for(any_uid(), any_uid());
    default:
      if (*rc::gen::arbitrary<bool>()) rivalry.remember();
      return rivalry.guess(any_uid(), any_uid());
  }
}

void take_any_step(Rivalry& rivalry) {
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
      return change_anything(rivalry);
    case 1:
    case 2:
      return begin_anything(rivalry);
    case 3:
      return rivalry.carry_out(any_uid());
    case 4:
    case 5:
      if (!rivalry.guesses.empty()) rivalry.go_on_guessing(any_of(rivalry.guesses), *rc::gen::arbitrary<bool>());
      return;
    default:
      if (!rivalry.requests.empty()) rivalry.go_on(any_of(rivalry.requests));
  }
}

// However removals come, succeed, fail or hang, and in whatever order each reads: one active Admin stays.
TEST(LastAdminProperties, OneStaysWhateverComes) {
  EXPECT_TRUE(rc::check([] {
    Rivalry rivalry;
    if (*rc::gen::arbitrary<bool>()) rivalry.members.pop_back();
    for (int steps = *rc::gen::inRange(1, 150); steps > 0; --steps) {
      take_any_step(rivalry);
      RC_ASSERT(std::ranges::any_of(rivalry.members, is_active_admin));
    }
  }));
}

}  // namespace
}  // namespace guildhall::controllers::organization
