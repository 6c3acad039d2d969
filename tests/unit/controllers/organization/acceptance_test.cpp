#include "controllers/organization/acceptance.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "controllers/organization/membership.hpp"
#include "tests/unit/controllers/legible_seals.hpp"

namespace guildhall::controllers::organization {
namespace {

const LegibleSeals kSeals;

core::Timestamp at(const char* text) {
  return *core::parse_timestamp(text);
}

const Acceptance kAcceptance{at("2026-11-24T10:00:00Z"), at("2026-11-01T09:00:00Z")};

api::Member jane() {
  api::Member member;
  member.metadata.ns = "acme";
  member.metadata.name = "jane";
  member.metadata.uid = "m-1";
  member.metadata.creation_timestamp = at("2026-11-01T09:00:00Z");
  member.spec.email = "jane@acme.example";
  return member;
}

api::Member accepted() {
  api::Member member = jane();
  member.metadata.annotations[kAcceptedAnnotation] = *seal_acceptance(kSeals, "acme", member, kAcceptance);
  return member;
}

TEST(Acceptance, IsBelievedWhereItWasSealed) {
  EXPECT_EQ(judge_acceptance(kSeals, "acme", accepted()), (JudgedAcceptance{kAcceptance, false}));
  EXPECT_TRUE(is_sealed(accepted()));
  EXPECT_FALSE(is_sealed(jane()));
}

TEST(Acceptance, OutlivesARestoreWhichMakesAnotherUidAndTime) {
  api::Member restored = accepted();
  restored.metadata.uid = "m-2";
  restored.metadata.creation_timestamp = at("2027-01-01T00:00:00Z");
  EXPECT_EQ(judge_acceptance(kSeals, "acme", restored).acceptance, kAcceptance);
}

struct Forgery {
  std::string name;
  std::function<void(api::Member&)> change;
  std::string organization = "acme";
};

class ForgedAcceptance : public testing::TestWithParam<Forgery> {};

TEST_P(ForgedAcceptance, IsNone) {
  api::Member member = accepted();
  GetParam().change(member);
  EXPECT_EQ(judge_acceptance(kSeals, GetParam().organization, member), JudgedAcceptance{});
}

void replace(api::Member& member, const std::string& what, const std::string& with) {
  std::string& value = member.metadata.annotations[kAcceptedAnnotation];
  value.replace(value.find(what), what.size(), with);
}

INSTANTIATE_TEST_SUITE_P(
    Forgeries, ForgedAcceptance,
    testing::Values(Forgery{"OfAnotherName", [](api::Member& m) { m.metadata.name = "eve"; }},
                    Forgery{"OfAnotherEmail", [](api::Member& m) { m.spec.email = "eve@acme.example"; }},
                    Forgery{"OfAnotherNamespace", [](api::Member& m) { m.metadata.ns = "globex"; }},
                    Forgery{"OfAnotherOrganization", [](api::Member&) {}, "globex"},
                    Forgery{"OfAnotherTime", [](api::Member& m) { replace(m, "2026-11-24", "2026-11-25"); }},
                    Forgery{"WithoutASeal", [](api::Member& m) { replace(m, "\"seal\"", "\"sael\""); }},
                    Forgery{"ThatIsNoJson",
                            [](api::Member& m) { m.metadata.annotations[kAcceptedAnnotation] = "true"; }},
                    Forgery{"ThatHasNoTime", [](api::Member& m) { replace(m, "2026-11-24T10:00:00Z", "yesterday"); }}),
    [](const auto& info) { return info.param.name; });

TEST(Acceptance, ByAKeyThatIsNotKeptProvesNothing) {
  api::Member member = accepted();
  replace(member, "k1:", "k2:");
  EXPECT_EQ(judge_acceptance(kSeals, "acme", member), (JudgedAcceptance{std::nullopt, true}));
  EXPECT_TRUE(is_sealed(member));
}

struct StandingCase {
  std::string name;
  std::function<void(api::Member&)> change = {};  // NOLINT(readability-redundant-member-init): may be left out
  bool has_older_namesake = false;
  JudgedAcceptance judged = {kAcceptance, false};
  Standing want = Standing::InForce;
};

class MemberStanding : public testing::TestWithParam<StandingCase> {};

TEST_P(MemberStanding, IsTheFirstThatApplies) {
  const StandingCase& one = GetParam();
  api::Member member = jane();
  if (one.change) one.change(member);
  EXPECT_EQ(standing_of(member, one.has_older_namesake, one.judged), one.want);
}

void deactivate(api::Member& member) {
  member.spec.state = api::MemberState::Inactive;
}
void pause(api::Member& member) {
  member.metadata.annotations[kPausedAnnotation] = "true";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, MemberStanding,
    testing::Values(
        StandingCase{"InForce", {}}, StandingCase{.name = "NotAccepted", .judged = {}, .want = Standing::NotAccepted},
        StandingCase{.name = "Unjudged", .judged = {std::nullopt, true}, .want = Standing::Unjudged},
        StandingCase{.name = "Paused", .change = pause, .want = Standing::Paused},
        StandingCase{.name = "PausedBeforeAcceptance", .change = pause, .judged = {}, .want = Standing::NotAccepted},
        StandingCase{.name = "Inactive", .change = deactivate, .want = Standing::Inactive},
        StandingCase{
            .name = "InactiveWithoutAcceptance", .change = deactivate, .judged = {}, .want = Standing::Inactive},
        StandingCase{
            .name = "Duplicate", .change = deactivate, .has_older_namesake = true, .want = Standing::Duplicate},
        StandingCase{.name = "Leaving",
                     .change = [](api::Member& m) { m.metadata.deletion_timestamp = core::Timestamp{}; },
                     .has_older_namesake = true,
                     .want = Standing::Leaving}),
    [](const auto& info) { return info.param.name; });

TEST(OlderNamesake, IsTheOlderOfTheSameNamespaceAndEmail) {
  const api::Member younger = jane();
  api::Member older = jane();
  older.metadata.name = "older";
  EXPECT_FALSE(is_older_namesake(older, younger)) << "of the same age the name decides";
  EXPECT_TRUE(is_older_namesake(younger, older));
  older.metadata.creation_timestamp -= std::chrono::seconds{1};
  EXPECT_TRUE(is_older_namesake(older, younger));
  EXPECT_FALSE(is_older_namesake(younger, older));
  EXPECT_FALSE(is_older_namesake(younger, younger));
  older.metadata.deletion_timestamp = core::Timestamp{};
  EXPECT_FALSE(is_older_namesake(older, younger)) << "one that goes gives its email up";
  older.metadata.deletion_timestamp.reset();
  older.metadata.ns = "globex";
  EXPECT_FALSE(is_older_namesake(older, younger));
  older.metadata.ns = "acme";
  older.spec.email = "other@acme.example";
  EXPECT_FALSE(is_older_namesake(older, younger));
}

TEST(SameMembership, IsNotChangedByWhatOnlyTheMemberItselfSays) {
  const api::Member before = accepted();
  api::Member after = before;
  after.metadata.resource_version = "9";
  after.status.phase = api::MemberPhase::Active;
  after.spec.display_name = "Jane";
  EXPECT_TRUE(is_same_membership(before, after));
  for (const auto& change : std::vector<std::function<void(api::Member&)>>{
           deactivate, pause, [](api::Member& m) { m.spec.role = api::MemberRole::Viewer; },
           [](api::Member& m) { m.spec.subjects.emplace_back(); }, [](api::Member& m) { m.metadata.uid = "m-2"; },
           [](api::Member& m) { m.metadata.annotations.clear(); },
           [](api::Member& m) { m.metadata.deletion_timestamp = core::Timestamp{}; }}) {
    api::Member changed = before;
    change(changed);
    EXPECT_FALSE(is_same_membership(before, changed));
  }
}

}  // namespace
}  // namespace guildhall::controllers::organization
